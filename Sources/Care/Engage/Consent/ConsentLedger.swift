package import Access
import FHIR
import Foundation
package import Records

/// What a person has said yes or no to: each with what was said, by whom, when, and until when.
package struct ConsentLedger: Sendable {
    package struct Entry: Sendable {
        package let id: String
        package let version: Int
        package let kind: ConsentKind
        /// The person said no.
        package let isRefusal: Bool
        /// The programme it is for; nil: any.
        package let program: String?
        /// The one way of being reached that it is about; nil: all, or not about that.
        package let channel: MessagingChannel?
        /// Of a caregiver: for example `RelatedPerson/5`.
        package let caregiver: String?
        /// `Patient/…` or `RelatedPerson/…`.
        package let givenBy: String?
        package let given: Int64?
        package let from: Int64?
        /// nil: until it is taken back.
        package let until: Int64?
        /// It stands and is understood.
        package let isActive: Bool
        package let said: String?
        /// Which text of the policy was read: `part-2/en/2.0.0`; nil: own words.
        package let textRead: String?
        /// The language of what was said or read; nil where it is not known.
        package let language: String?
        /// nil: not recorded.
        package let how: ConsentHow?
        /// Who heard or saw it.
        package let witness: String?
        /// Who wrote down that it was taken back.
        package let endedBy: String?
        /// Who wrote it down, for example `Practitioner/ruth`.
        package let recorder: String?
        /// Why and when it was taken back.
        package let endedBecause: String?
        package let ended: Int64?

        /// Holds at this moment, be it a yes or a no.
        package func holds(at now: Int64) -> Bool {
            isActive && (from ?? .min) <= now && (until.map { $0 > now } ?? true)
        }
    }

    /// Newest first.
    package let entries: [Entry]

    package init(_ record: PersonRecord) {
        self.init(record.all("Consent"))
    }

    /// Of some consents.
    package init(_ consents: [Resource]) {
        entries = consents.compactMap(Entry.init).sorted { ($0.given ?? 0) > ($1.given ?? 0) }
    }

    /// Whether a yes holds. A no to the same, or to the kind as a whole, stands over it.
    package func holds(_ kind: ConsentKind, program: String? = nil, at now: Int64) -> Bool {
        let ours = entries.filter { entry in
            entry.kind == kind && entry.holds(at: now)
                && (program == nil || entry.program == nil || entry.program == program)
        }
        return !ours.isEmpty && !ours.contains(where: \.isRefusal)
    }

    /// The caregivers that may be talked with now.
    package func caregivers(at now: Int64) -> [String] {
        let ours = entries.filter { $0.kind == .caregiver && $0.holds(at: now) }
        let refused = ours.filter(\.isRefusal)
        guard !refused.contains(where: { $0.caregiver == nil }) else {
            return []
        }
        return ours.filter { !$0.isRefusal }.compactMap(\.caregiver)
            .filter { caregiver in !refused.contains { $0.caregiver == caregiver } }
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
        let reading = ConsentReading(root)
        id = consent.id
        version = consent.version
        self.kind = kind
        isRefusal = root.text("provision", "type") == "deny"
        program = CareCode.code(root.at("provision", "code"), in: CareCode.program)
        channel = CareCode.code(root.at("provision", "code"), in: MessagingChannel.system)
            .flatMap(MessagingChannel.init)
        caregiver = root.text("provision", "actor", "reference", "reference")
        givenBy = root.text("performer", "reference")
        given = CareMoment.of(root.text("dateTime"))
        from = reading.from
        until = CareMoment.end(of: root.text("provision", "period", "end"))
        // What is not understood permits nothing.
        isActive =
            reading.answer == .deny
            || reading.answer == .permit && reading.codes.allSatisfy { $0.hasPrefix(kind.partSystem + "|") }
        said = PlainText.read(root["sourceAttachment"])
        textRead = CareCode.marks(root, "text-read").last?.text("valueString")
        language = root.text("sourceAttachment", "language")
        how = CareCode.marks(root, "given-how").last?.text("valueCode").flatMap(ConsentHow.init)
        witness = CareCode.marks(root, "witness").last?.text("valueString")
        endedBy = CareCode.marks(root, "ended-by").last?.text("valueReference", "reference")
        recorder = CareCode.marks(root, "recorder").last?.text("valueReference", "reference")
        endedBecause = CareCode.marks(root, "reason").last?.text("valueCodeableConcept", "text")
        ended = CareMoment.of(CareCode.marks(root, "ended").last?.text("valueDateTime"))
    }
}
