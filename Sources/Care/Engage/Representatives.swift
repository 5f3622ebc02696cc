import Access
import FHIR
package import Records

/// Who stands for a minor in the portal, and who did: the Consents of the kind `representative`, newest first.
package struct Representatives: Sendable {
    package struct Entry: Sendable {
        /// The id of the Consent, and its version.
        package let consent: String
        package let version: Int
        /// For example `RelatedPerson/5`.
        package let who: String
        package let name: String
        package let relation: NameRepresentative.Relation?
        /// A code of ``MinorRules/proofs``.
        package let proof: String?
        /// Milliseconds since 1970.
        package let given: Int64?
        package let until: Int64?
        /// Whether it holds now, as far as ages are not asked.
        package let holds: Bool
        /// A code of ``MinorRules/endings``, when staff ended it, and when they did.
        package let ending: String?
        package let ended: Int64?
    }

    package let all: [Entry]

    /// - Parameters:
    ///   - record: with Consent and RelatedPerson.
    ///   - now: milliseconds since 1970.
    package init(_ record: PersonRecord, at now: Int64) {
        let people = Dictionary(record.all("RelatedPerson").map { ($0.reference, $0.root) }) { first, _ in first }
        let consents = Dictionary(record.all("Consent").map { ($0.id, $0.root) }) { first, _ in first }
        all = ConsentLedger(record).entries.compactMap { entry in
            guard entry.kind == .representative, let who = entry.caregiver, let relative = people[who],
                let consent = consents[entry.id]
            else {
                return nil
            }
            return Entry(
                consent: entry.id, version: entry.version, who: who, name: Self.name(relative),
                relation: relative.list("relationship").lazy
                    .compactMap { NameRepresentative.Relation($0) }.first,
                proof: CareCode.marks(consent, "proof").last?.text("valueCode"), given: entry.given,
                until: entry.until, holds: entry.holds(at: now),
                ending: CareCode.code(
                    CareCode.marks(consent, "reason").last?["valueCodeableConcept"], in: EndRepresentation.system),
                ended: entry.ended)
        }
    }

    /// Those who stand for the minor now.
    package var standing: [Entry] { all.filter(\.holds) }

    static func name(_ relative: JSONNode) -> String {
        relative.list("name").first.map(GiveConsent.words) ?? ""
    }
}
