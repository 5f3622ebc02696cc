import FHIR
package import Records

/// A sheet that somebody was given, as it stands in a Communication, with what was said back.
package struct GivenSheet: Sendable {
    /// How it came to the person. HL7 v3 ParticipationMode.
    package enum Way: String, Sendable, CaseIterable {
        case face = "FACE"
        case phone = "PHONE"
        case video = "VIDEOCONF"
        case post = "MAILWRIT"
        case portal = "ONLINEWRIT"

        package static let system = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"

        package var words: String {
            switch self {
            case .face: "In person"
            case .phone: "Read out on the phone"
            case .video: "By video"
            case .post: "By post"
            case .portal: "In the portal"
            }
        }
    }

    /// What came of asking the person to say it in their own words.
    package struct SaidBack: Sendable {
        package enum Result: String, Sendable, CaseIterable {
            case right = "said-back"
            case again = "needs-again"

            package var words: String {
                switch self {
                case .right: "Said it back right"
                case .again: "Needs it again"
                }
            }
        }

        package let id: String
        package let result: Result
        /// In the person's words.
        package let words: String?
        /// Milliseconds since 1970.
        package let at: Int64?
        /// For example `Practitioner/ruth`.
        package let by: String?
    }

    package let resource: Resource
    /// The id of the sheet, and the version that was given.
    package let sheet: String
    package let version: String
    package let level: EducationSheet.Level
    /// BCP 47, such as `es`.
    package let language: String
    package let way: Way?
    package let text: SheetText
    package let at: Int64?
    package let by: String?
    /// Oldest first.
    package internal(set) var saidBack: [SaidBack] = []

    package var id: String { resource.id }

    /// - Returns: nil for what is no sheet given, or was entered in error.
    package init?(_ communication: Resource) {
        let root = communication.root
        let start = EducationSheet.system + ":"
        guard root.text("status") == "completed",
            let named = root.list("instantiatesUri").lazy.compactMap(\.string).first(where: { $0.hasPrefix(start) }),
            let attachment = root.list("payload").lazy.compactMap({ $0["contentAttachment"] }).first,
            let text = PlainText.read(attachment)
        else {
            return nil
        }
        let parts = named.dropFirst(start.count).split(separator: "|", maxSplits: 1)
        resource = communication
        sheet = parts.first.map(String.init) ?? ""
        version = parts.count > 1 ? String(parts[1]) : ""
        level = CareCode.marks(root, "level").last?.text("valueCode").flatMap(EducationSheet.Level.init) ?? .full
        language = attachment.text("language") ?? "en"
        way = root.list("medium").lazy.compactMap { CareCode.code($0, in: Way.system) }.first.flatMap(Way.init)
        self.text = SheetText(plain: text)
        at = CareMoment.of(root.text("sent"))
        by = root.text("sender", "reference")
    }

    package static let reads: Set<String> = ["Communication", "Observation"]

    /// The sheets that a person was given.
    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - reader: by which they are read.
    /// - Returns: the newest first.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``
    package static func all(of person: String, by reader: Reader) throws -> [GivenSheet] {
        let record = try reader.person(person, ["Communication"])
        let answers = try reader.person(person, "Observation", coded: [SaidBack.code], of: SaidBack.system)
        let results = Dictionary(grouping: answers) { $0.root.list("focus").first?.text("reference") ?? "" }
        return record.all("Communication").compactMap(GivenSheet.init).map { given in
            var given = given
            given.saidBack = (results[given.resource.reference] ?? []).compactMap(SaidBack.init)
            return given
        }.sorted { ($0.at ?? 0, $0.id) > ($1.at ?? 0, $1.id) }
    }
}

extension GivenSheet.SaidBack {
    static let system = "urn:almoner:teach-back"
    static let code = "teach-back"

    init?(_ observation: Resource) {
        let root = observation.root
        guard root.text("status") != "entered-in-error",
            let result = CareCode.code(root["valueCodeableConcept"], in: Self.system).flatMap(Result.init)
        else {
            return nil
        }
        id = observation.id
        self.result = result
        words = root.list("note").first?.text("text")
        at = CareMoment.of(root.text("effectiveDateTime"))
        by = root.list("performer").first?.text("reference")
    }
}
