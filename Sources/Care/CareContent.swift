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
    /// By which medicines are compared.
    package let medicines: MedicineChecks
    package let instructions: InstructionRules
    /// What programmes ask of a plan.
    package let planElements: PlanElements

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
        medicines = try MedicineChecks(content: content, table: identify.medicines)
        instructions = try InstructionRules(content: content)
        planElements = try PlanElements(content: content)
    }
}
