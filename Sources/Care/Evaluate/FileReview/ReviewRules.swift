package import Content

/// Why a list of elements cannot be used.
package struct ReviewFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// What a reviewer looks for in a file: a list of Content/review. Elements and clocks are the site's.
package struct ReviewRules: Sendable, Equatable {
    /// What counts as evidence.
    package enum Evidence: String, Sendable, CaseIterable {
        case identified, consent, contact
        case assessmentBegun = "assessment-begun"
        case assessmentComplete = "assessment-complete"
        case conclusions, goals, schedule
        case selfManagement = "self-management"
        case saidBack = "said-back"
        case sheet
        case followUp = "follow-up"
        case closing
    }

    /// By when, from the day of enrolment.
    package enum Clock: Sendable, Equatable {
        case days(Int)
        /// That of the programme's own file.
        case program(ProgramClock)

        package enum ProgramClock: String, Sendable, CaseIterable {
            case firstContactDays, contactEveryDays, planReviewDays, reassessDays
        }

        /// In days; nil where the programme is not known.
        package func days(of program: Program?) -> Int? {
            switch self {
            case .days(let days): days
            case .program(.firstContactDays): program?.firstContactDays
            case .program(.contactEveryDays): program?.contactEveryDays
            case .program(.planReviewDays): program?.planReviewDays
            case .program(.reassessDays): program?.reassessDays
            }
        }
    }

    package struct Element: Sendable, Equatable {
        package let id: String
        package let title: String
        /// What the reviewer looks for, in plain words.
        package let ask: String
        package let evidence: Evidence
        /// The id of an education sheet.
        package let sheet: String?
        package let clock: Clock?
    }

    package let id: String
    package let title: String
    package let origin: ContentOrigin
    package let elements: [Element]

    init(_ root: ContentField, sheets: EducationLibrary) throws(ContentProblem) {
        try root.allow([
            "kind", "id", "title", "source", "version", "licence", "effectiveFrom", "effectiveTo", "elements",
        ])
        guard try root["kind"].text() == "file-review" else { throw root["kind"].problem("it is not a file-review") }
        id = try root["id"].text()
        title = try root["title"].text()
        origin = try ContentOrigin(root)
        var elements: [Element] = []
        for field in try root["elements"].list() { elements.append(try Element(field, sheets)) }
        guard !elements.isEmpty else { throw root["elements"].problem("the list is empty") }
        guard Set(elements.map(\.id)).count == elements.count else {
            throw root["elements"].problem("an id is used twice")
        }
        self.elements = elements
    }

    /// Loads every list.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - files: the files under `review/`.
    ///   - sheets: those that elements may name.
    /// - Returns: in the order of their titles.
    /// - Throws: ``ReviewFailure`` naming the first file that is wrong and what is wrong with it.
    package static func all(
        content: (String) -> [UInt8]?, files: [String], sheets: EducationLibrary
    ) throws(ReviewFailure) -> [ReviewRules] {
        var found: [ReviewRules] = []
        for file in files.sorted() where file.hasSuffix(".yaml") {
            guard let bytes = content(file) else { throw ReviewFailure(file: file, problem: "it is not there") }
            let root: ContentField
            do { root = ContentField(root: try YAML.parse(bytes)) } catch {
                throw ReviewFailure(file: file, problem: error.description)
            }
            do throws(ContentProblem) { found.append(try ReviewRules(root, sheets: sheets)) } catch {
                throw ReviewFailure(file: file, problem: error.description)
            }
        }
        return found.sorted { $0.title < $1.title }
    }
}

extension ReviewRules.Element {
    init(_ field: ContentField, _ sheets: EducationLibrary) throws(ContentProblem) {
        try field.allow(["id", "title", "ask", "evidence", "sheet", "within"])
        id = try field["id"].text()
        title = try field["title"].text()
        ask = try field["ask"].text()
        evidence = try field["evidence"].oneOf(ReviewRules.Evidence.self)
        sheet = try field["sheet"].optionalText()
        guard (evidence == .sheet) == (sheet != nil) else {
            throw field["sheet"].problem("evidence: sheet names a sheet, no other does")
        }
        if let sheet, sheets[sheet] == nil { throw field["sheet"].problem("there is no sheet \(sheet)") }
        let within = field["within"]
        try within.allow(["days", "program"])
        if !within.isPresent {
            clock = nil
        } else if within["days"].isPresent {
            clock = .days(try within["days"].days())
        } else {
            clock = .program(try within["program"].oneOf(ReviewRules.Clock.ProgramClock.self))
        }
    }
}
