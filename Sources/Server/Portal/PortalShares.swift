import Access
import Care
import FHIR
import Records

/// Whom a person lets see some of the record now.
struct PortalShares {
    struct Share {
        let consent: String
        /// For example `RelatedPerson/5`.
        let caregiver: String
        let name: String
        let relation: String?
        let titles: [String]
        let until: Int64?
    }

    let all: [Share]

    /// - Parameters:
    ///   - record: with Consent and RelatedPerson.
    ///   - library: what can be shared.
    ///   - language: of whoever reads it.
    ///   - now: milliseconds since 1970.
    init(_ record: PersonRecord, _ library: ShareLibrary, in language: PlanLanguage, at now: Int64) {
        let people = Dictionary(record.all("RelatedPerson").map { ($0.reference, $0.root) }) { first, _ in first }
        let consents = Dictionary(record.all("Consent").map { ($0.id, $0.root) }) { first, _ in first }
        all = ConsentLedger(record).entries.compactMap { entry in
            guard entry.kind == .proxy, !entry.isRefusal, entry.holds(at: now), let caregiver = entry.caregiver,
                let relative = people[caregiver], let consent = consents[entry.id]
            else {
                return nil
            }
            return Share(
                consent: entry.id, caregiver: caregiver, name: Words.spokenName(relative),
                relation: Words.concept(relative.list("relationship").first),
                titles: library.titles(ProxyDecision.shares(consent)).map(language.of), until: entry.until)
        }
    }
}
