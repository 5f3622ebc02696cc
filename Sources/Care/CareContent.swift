package import Access
package import Content

/// The clinical content that the stages read: loaded and checked once, at start. A fault in it stops the start, with the
/// file and the fault named.
package struct CareContent: Sendable {
    package let risk: RiskModels
    /// All that scoring a person needs, `risk` among it.
    package let identify: RiskRules
    package let instruments: InstrumentLibrary
    package let plans: PlanLibrary
    package let programs: ProgramLibrary
    package let holidays: Holidays
    /// What a person may let others see in the portal.
    package let shares: ShareLibrary
    package let minors: MinorRules
    /// What people are asked to agree to, and in which words.
    package let consents: ConsentPolicy
    /// What results ask for.
    package let offers: OfferLibrary
    /// Until when an assessment is begun and complete.
    package let clocks: AssessmentClocks

    package init(content: Content) throws {
        let file: (String) -> [UInt8]? = { content.file($0) }
        identify = try RiskRules(content: file)
        risk = identify.models
        instruments = try InstrumentLibrary(content: file, files: content.files(under: "instruments/"))
        plans = try PlanLibrary(content: file, files: content.files(under: "plans/"))
        programs = try ProgramLibrary(content: file, files: content.files(under: "programs/"))
        holidays = try Holidays(content: file)
        shares = try ShareLibrary(content: content)
        minors = try MinorRules(content: content)
        consents = try ConsentPolicy.ofCare(content)
        let (forms, packs, ids) = (instruments, plans, programs.programs.map(\.id))
        offers = try Self.read(OfferLibrary.file, content) { root throws(ContentProblem) in
            try OfferLibrary(root, instruments: forms, plans: packs, programs: ids)
        }
        clocks = try AssessmentClocks(content: content)
    }

    /// - Throws: `ContentFailure` naming the file and what is wrong with it.
    static func read<Found>(
        _ file: String, _ content: Content, _ make: (ContentField) throws(ContentProblem) -> Found
    ) throws(ContentFailure) -> Found {
        guard let bytes = content.file(file) else { throw ContentFailure(file: file, problem: "it is not there") }
        do {
            return try make(ContentField(root: try YAML.parse(bytes)))
        } catch {
            throw ContentFailure(file: file, problem: "\(error)")
        }
    }
}

/// Why a file of the content cannot be used.
package struct ContentFailure: Error, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}
