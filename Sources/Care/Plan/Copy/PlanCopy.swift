import FHIR
package import Records

/// A copy of the plan that was given: which version, when, to whom, how, in which language, and what was said back.
package struct PlanCopy: Sendable {
    package enum Way: String, Sendable, CaseIterable {
        case paper
        case mailed
        case portal
        case file

        package var words: String {
            switch self {
            case .paper: "On paper, by hand"
            case .mailed: "On paper, by mail"
            case .portal: "In the portal"
            case .file: "As a file"
            }
        }
    }

    /// Whether somebody can say in their own words what they have been told.
    ///
    /// AHRQ Health Literacy Universal Precautions Toolkit, 3rd edition, tool 5.
    package enum TeachBack: String, Sendable, CaseIterable {
        case said
        case again
        case notDone = "not-done"

        package var words: String {
            switch self {
            case .said: "They said it back in their own words"
            case .again: "Not yet: it has to be gone through again"
            case .notDone: "Not asked this time"
            }
        }
    }

    static let system = "urn:almoner:plan-act"
    static let code = "copy"

    package let resource: Resource
    /// Of the version that was given, milliseconds since 1970.
    package let version: Int64
    package let given: Int64
    package let way: Way?
    package let to: String
    /// BCP 47.
    package let language: String?
    package let teachBack: TeachBack?
    package let said: String?

    /// Those of a person, newest first.
    /// - Parameter record: of the type Communication.
    /// - Returns: the copies.
    package static func all(_ record: PersonRecord) -> [PlanCopy] {
        record.all("Communication").compactMap { PlanCopy($0) }.sorted { $0.given > $1.given }
    }

    private init?(_ communication: Resource) {
        let root = communication.root
        guard root.text("status") == "completed",
            root.list("category").contains(where: { CareCode.code($0, in: Self.system) == Self.code }),
            let version = CareMoment.of(CareCode.marks(root, "plan-version").last?.text("valueInstant"))
        else {
            return nil
        }
        resource = communication
        self.version = version
        given = CareMoment.of(root.text("sent")) ?? communication.updated
        way = root.list("medium").lazy.compactMap { CareCode.code($0, in: Self.system) }.first.flatMap(Way.init)
        to = root.list("recipient").first?.text("display") ?? "the person"
        language = CareCode.marks(root, "copy-language").last?.text("valueCode")
        teachBack = CareCode.marks(root, "teach-back").last?.text("valueCode").flatMap(TeachBack.init)
        said = root.list("note").first?.text("text")
    }
}

/// Whether the copy at home still says what is so: the medicines have to be the same, and what was agreed.
package struct CopyState: Sendable {
    /// The last copy that was given; nil when none was.
    package let copy: PlanCopy?
    /// What is otherwise now, of medicines.
    package let medicines: [PlanDifference]
    /// What is otherwise now, of what was agreed.
    package let others: [PlanDifference]

    package init(_ copies: [PlanCopy], _ history: PlanHistory, now picture: PlanPicture) {
        copy = copies.first
        let differences =
            copies.first.map {
                ComparePlans.differences(from: history.picture(at: $0.version), to: picture).filter(\.isOfSubstance)
            } ?? []
        medicines = differences.filter { $0.part == "Medicine" }
        others = differences.filter { $0.part != "Medicine" }
    }

    /// A changed medicine makes the copy wrong; other changes make it old.
    package var isOutOfDate: Bool { !medicines.isEmpty }
}
