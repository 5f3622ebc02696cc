package import Access
import FHIR
package import Records

/// Staff end what a parent or guardian sees of a minor, with the reason: closed with the next request. What was written stays
/// on file. 45 CFR 164.502(g)(5): nobody is treated as a representative where abuse, neglect or danger is feared.
package struct EndRepresentation: Sendable {
    static let system = "urn:almoner:ending"

    /// The id of the Patient.
    package let person: String
    /// The id of the Consent.
    package let consent: String
    /// The version that was read.
    package let version: Int
    /// A code of ``MinorRules/endings``.
    package let ending: String
    package let recorder: String?

    package init(person: String, consent: String, version: Int, ending: String?, recorder: String?) {
        self.person = person
        self.consent = consent
        self.version = version
        self.ending = ending ?? ""
        self.recorder = recorder
    }

    /// - Parameters:
    ///   - change: the change it is part of.
    ///   - minors: what can be chosen.
    /// - Returns: whose it was, for example `RelatedPerson/5`.
    /// - Throws: ``FormProblems`` on `ending`; ``NotNow`` when it has ended already; ``RecordsFailure``.
    @discardableResult
    package func perform(in change: Change, _ minors: MinorRules) throws -> String {
        guard let why = minors.endings.first(where: { $0.code == ending }) else {
            throw FormProblems("ending", "Choose why.")
        }
        let stored = try change.reader.get("Consent", consent)
        guard stored.root.text("patient", "reference") == "Patient/\(person)",
            let entry = ConsentLedger.Entry(stored), entry.kind == .representative, let who = entry.caregiver
        else {
            throw RecordsFailure.notFound(type: "Consent", id: consent)
        }
        guard stored.version == version else {
            throw RecordsFailure.stale(current: stored)
        }
        guard entry.isActive else {
            throw NotNow("This has ended already.")
        }
        var ended = stored.value
        ended["status"] = "inactive"
        ended = CareCode.adding(
            CareCode.mark("ended", "valueDateTime", .string(FHIRDate.instant(change.now))), to: ended)
        ended = CareCode.adding(
            CareCode.mark("reason", "valueCodeableConcept", CareCode.concept(Self.system, why.code, why.title)),
            to: ended)
        if let recorder {
            ended = CareCode.adding(CareCode.mark("ended-by", "valueReference", .reference(recorder)), to: ended)
        }
        try change.update(ended.labelled(why.label, in: change), ifVersion: version)
        return who
    }
}
