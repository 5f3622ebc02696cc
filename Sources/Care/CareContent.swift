package import Access
package import Content
package import FHIR

/// The clinical content that the stages read: loaded and checked once, at start. A fault in it stops the start, with the
/// file and the fault named.
package struct CareContent: Sendable {
    package let risk: RiskModels
    /// All that scoring a person needs, `risk` among it.
    package let identify: RiskRules
    package internal(set) var instruments: InstrumentLibrary
    package let plans: PlanLibrary
    /// What people are given to read.
    package let education: EducationLibrary
    /// What reviewers of files look for.
    package let reviews: [ReviewRules]
    package let programs: ProgramLibrary
    package let holidays: Holidays
    package let transitions: TransitionPlan
    /// What a person may let others see in the portal.
    package let shares: ShareLibrary
    package let minors: MinorRules
    /// What people are asked to agree to, and in which words.
    package let consents: ConsentPolicy
    /// What results ask for.
    package let offers: OfferLibrary
    /// Until when an assessment is begun and complete.
    package let clocks: AssessmentClocks
    /// How alike two entries must be to be taken for one person.
    package let matching: MatchRules
    /// What whoever refers somebody reads, and the clock of referrals.
    package let referrals: ReferralContent
    /// What each consent gates, act by act.
    package let gates: ConsentGates
    /// How people are reached.
    package let outreach: OutreachLibrary
    /// What a caseload weighs.
    package let assignment: AssignmentRules
    /// By which medicines are compared.
    package let medicines: MedicineChecks
    /// How people write down how medicines are taken.
    package let medicineWording: MedicineWording
    package let instructions: InstructionRules
    /// What programmes ask of a plan.
    package let planElements: PlanElements

    /// FHIR's types, against which criteria are checked and asked.
    package let definitions: Definitions

    /// Loads all of it.
    /// - Parameters:
    ///   - content: the files, a site's own among them.
    ///   - definitions: FHIR's types; nil: read from the content.
    /// - Throws: which file is wrong, and what is wrong with it.
    package init(content: Content, definitions: Definitions? = nil) throws {
        let file: (String) -> [UInt8]? = { content.file($0) }
        let definitions = try definitions ?? Self.definitions(content)
        self.definitions = definitions
        identify = try RiskRules(content: file)
        risk = identify.models
        instruments = try InstrumentLibrary(content: file, files: content.files(under: "instruments/"))
        plans = try PlanLibrary(content: file, files: content.files(under: "plans/"))
        education = try EducationLibrary(
            content: file, files: content.files(under: "education/"), plans: plans)
        reviews = try ReviewRules.all(content: file, files: content.files(under: "review/"), sheets: education)
        programs = try ProgramLibrary(
            content: file, files: content.files(under: "programs/"), definitions: definitions)
        holidays = try Holidays(content: file)
        transitions = try TransitionPlan(content: content)
        shares = try ShareLibrary(content: content)
        minors = try MinorRules(content: content)
        consents = try ConsentPolicy.ofCare(content)
        let (forms, packs, ids) = (instruments, plans, programs.programs.map(\.id))
        offers = try Self.read(OfferLibrary.file, content) { root throws(ContentProblem) in
            try OfferLibrary(root, instruments: forms, plans: packs, programs: ids)
        }
        clocks = try AssessmentClocks(content: content)
        matching = try MatchRules(content: content)
        referrals = try ReferralContent(content: content)
        gates = try ConsentGates(content: content)
        outreach = try OutreachLibrary(content: file, files: content.files(under: "outreach/"))
        assignment = try AssignmentRules(content: content, programs: programs)
        medicines = try MedicineChecks(content: content, table: identify.medicines)
        medicineWording = try Self.read(MedicineWording.file, content) { root throws(ContentProblem) in
            try MedicineWording(root)
        }
        instructions = try InstructionRules(content: content)
        planElements = try PlanElements(content: content)
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

    /// FHIR's types, elements and search parameters.
    /// - Throws: what is wrong with the tables.
    package static func definitions(_ content: Content) throws -> Definitions {
        func table(_ name: String) -> [UInt8] { content.file("fhir/\(name).tsv") ?? [] }
        return try Definitions(
            elements: table("elements"), codes: table("codes"), searchParameters: table("searchparameters"),
            compartment: table("compartment"), invariants: table("invariants"))
    }
}

/// Why a file of the content cannot be used.
package struct ContentFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}
