import Access
import FHIR
import Foundation
package import Records

/// What a person has agreed to: each with what was said, by whom, when, and until when.
package struct ConsentLedger: Sendable {
    package struct Entry: Sendable {
        package let id: String
        package let version: Int
        package let kind: ConsentKind
        /// The programme it is for; nil: any.
        package let program: String?
        /// Of a caregiver: for example `RelatedPerson/5`.
        package let caregiver: String?
        /// `Patient/…` or `RelatedPerson/…`.
        package let givenBy: String?
        package let given: Int64?
        /// nil: until it is taken back.
        package let until: Int64?
        package let isActive: Bool
        package let said: String?
        /// Who wrote it down, for example `Practitioner/ruth`.
        package let recorder: String?
        /// Why and when it was taken back.
        package let endedBecause: String?
        package let ended: Int64?

        /// Holds at this moment.
        package func holds(at now: Int64) -> Bool {
            isActive && (until.map { $0 > now } ?? true)
        }
    }

    /// Newest first.
    package let entries: [Entry]

    package init(_ record: PersonRecord) {
        entries = record.all("Consent").compactMap(Entry.init).sorted { ($0.given ?? 0) > ($1.given ?? 0) }
    }

    /// Of some consents.
    package init(_ consents: [Resource]) {
        entries = consents.compactMap(Entry.init).sorted { ($0.given ?? 0) > ($1.given ?? 0) }
    }

    package func holds(_ kind: ConsentKind, program: String? = nil, at now: Int64) -> Bool {
        entries.contains { entry in
            entry.kind == kind && entry.holds(at: now)
                && (program == nil || entry.program == nil || entry.program == program)
        }
    }

    /// The caregivers that may be talked with now.
    package func caregivers(at now: Int64) -> [String] {
        entries.filter { $0.kind == .caregiver && $0.holds(at: now) }.compactMap(\.caregiver)
    }
}

extension ConsentLedger.Entry {
    init?(_ consent: Resource) {
        let root = consent.root
        guard
            let kind = root.list("category").lazy
                .compactMap({ CareCode.code($0, in: CareCode.consent).flatMap(ConsentKind.init) }).first,
            let status = root.text("status"), status != "entered-in-error"
        else {
            return nil
        }
        id = consent.id
        version = consent.version
        self.kind = kind
        program = CareCode.code(root.at("provision", "code"), in: CareCode.program)
        caregiver = root.text("provision", "actor", "reference", "reference")
        givenBy = root.text("performer", "reference")
        given = CareMoment.of(root.text("dateTime"))
        until = CareMoment.end(of: root.text("provision", "period", "end"))
        // What is not understood permits nothing.
        isActive = status == "active" && ConsentReading(root).answer == .permit
        said = PlainText.read(root["sourceAttachment"])
        recorder = CareCode.marks(root, "recorder").last?.text("valueReference", "reference")
        endedBecause = CareCode.marks(root, "reason").last?.text("valueCodeableConcept", "text")
        ended = CareMoment.of(CareCode.marks(root, "ended").last?.text("valueDateTime"))
    }
}
