package import Content

/// What a person reads about an illness or a need: a file of Content/education. Written in own words from public sources.
package struct EducationSheet: Sendable, Equatable {
    /// How much a person reads at once. Each has a measured limit: ``ReadingLevel``.
    package enum Level: String, Sendable, CaseIterable {
        /// A few short sentences, at or below fourth grade (Spanish: fifth).
        case short
        /// The whole sheet, at or below sixth grade.
        case full
    }

    /// A heading and what stands under it.
    package struct Section: Sendable, Equatable {
        package let heading: PlanWords
        package let points: [PlanWords]
    }

    /// Short name, the file's name without ending: `heart-failure`.
    package let id: String
    package let title: PlanWords
    /// Published source, version, licence and dates of use.
    package let origin: ContentOrigin
    /// When somebody last compared it with its sources, `yyyy-mm-dd`.
    package let reviewed: String
    /// The pack of plans whose codes, ages and warning signs it shares; nil for a sheet of its own.
    package let pack: String?
    package let ages: PlanPack.Ages
    /// Codes that suggest it; none for a sheet that anybody may be given.
    package let suggestedBy: [PlanPack.Suggestion]
    /// The short sheet.
    package let short: [PlanWords]
    /// The whole sheet.
    package let sections: [Section]
    /// What whoever teaches asks, so that the person says it back. AHRQ, Health Literacy Universal Precautions Toolkit, tool 5.
    package let sayBack: [PlanWords]

    /// Its canonical address, as a Communication names it.
    package static let system = "urn:almoner:education"

    package var canonical: String { "\(Self.system):\(id)|\(origin.version)" }
}

extension EducationSheet {
    /// Reads a file of Content/education.
    /// - Parameters:
    ///   - root: the file.
    ///   - plans: with the pack that the sheet names, and the numbers to call.
    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(_ root: ContentField, plans: PlanLibrary) throws(ContentProblem) {
        try root.allow([
            "kind", "id", "title", "source", "version", "licence", "effectiveFrom", "effectiveTo", "reviewed", "pack",
            "ages", "suggestedBy", "short", "sections", "sayBack",
        ])
        guard try root["kind"].text() == "education-sheet" else {
            throw root["kind"].problem("it is not an education-sheet")
        }
        let lines = plans.lines
        id = try root["id"].text()
        title = try PlanWords(root["title"], lines)
        origin = try ContentOrigin(root)
        reviewed = try ContentOrigin.day(root["reviewed"])
        pack = try root["pack"].optionalText()
        if let pack {
            guard let found = plans[pack] else { throw root["pack"].problem("there is no pack \(pack)") }
            guard !root["ages"].isPresent, !root["suggestedBy"].isPresent else {
                throw root["pack"].problem("ages and codes are those of the pack")
            }
            ages = found.ages
            suggestedBy = found.suggestedBy
        } else {
            ages = try PlanPack.Ages(root["ages"])
            var codes: [PlanPack.Suggestion] = []
            for field in try root["suggestedBy"].list() { codes.append(try PlanPack.Suggestion(field)) }
            suggestedBy = codes
        }
        short = try Self.words(root["short"], lines)
        var sections: [Section] = []
        for field in try root["sections"].list() {
            try field.allow(["heading", "points"])
            sections.append(
                Section(
                    heading: try PlanWords(field["heading"], lines), points: try Self.words(field["points"], lines)))
        }
        guard !sections.isEmpty else { throw root["sections"].problem("the list is empty") }
        self.sections = sections
        sayBack = try Self.words(root["sayBack"], lines)
    }

    private static func words(_ field: ContentField, _ lines: HelpLines) throws(ContentProblem) -> [PlanWords] {
        var found: [PlanWords] = []
        for entry in try field.list() { found.append(try PlanWords(entry, lines)) }
        guard !found.isEmpty else { throw field.problem("the list is empty") }
        return found
    }
}
