import Access
import FHIR

/// Whom an account of a caregiver, parent or guardian may see something of, asked anew at each request: what the person takes
/// back, and what ends as a child grows up, is closed with the next one.
enum Represented {
    /// Whether whom an account belongs to is still on file, and alive: the account of somebody who has died opens nothing.
    /// - Parameters:
    ///   - who: `Patient/17` or `RelatedPerson/5`.
    ///   - reader: the product's own.
    /// - Returns: false in doubt.
    /// - Throws: what the database reports.
    static func stands(_ who: String, _ reader: Reader) throws -> Bool {
        guard let found = try reader.find(reference: who) else {
            return false
        }
        return found.root["deceasedDateTime"] == nil && found.root["deceasedBoolean"]?.bool != true
    }

    /// - Parameters:
    ///   - caregiver: for example `RelatedPerson/5`.
    ///   - now: milliseconds since 1970.
    ///   - policy: with the ages of the site.
    ///   - reader: the product's own; nothing of what it reads is shown.
    /// - Returns: the ids of people, by what is open of them; empty when in doubt.
    /// - Throws: what the database reports.
    static func by(
        _ caregiver: String, at now: Int64, policy: Policy, _ reader: Reader
    ) throws -> [String: Set<String>] {
        guard let relative = try reader.find(reference: caregiver), relative.type == "RelatedPerson",
            relative.root["active"]?.bool != false,
            let patient = try reader.find(reference: relative.root.text("patient", "reference")),
            patient.type == "Patient"
        else {
            return [:]
        }
        let consents = try reader.person(patient.id, ["Consent"]).all("Consent").map(\.root)
        let named = ProxyDecision(consents, for: caregiver, of: patient.root, ages: policy.ages, at: now)
        let stands = RepresentativeDecision(consents, for: caregiver, of: patient.root, ages: policy.ages, at: now)
        return Dictionary(uniqueKeysWithValues: named.open.union(stands.open).map { ($0, [patient.id]) })
    }
}
