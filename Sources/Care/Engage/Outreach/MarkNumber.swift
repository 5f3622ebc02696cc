import Access
import FHIR
package import Records

/// Puts a telephone number that is not the person's, or no longer works, out of use. It stays on file as an old one.
package struct MarkNumber: Sendable {
    package let person: String
    /// As it stands on file; nil: the only one there is.
    package let number: String?

    package init(person: String, number: String?) {
        self.person = person
        self.number = number
    }

    /// - Returns: whether a number was put out of use.
    /// - Throws: ``FormProblems`` on `number` when there are several and none was chosen.
    @discardableResult
    package func perform(in change: Change) throws -> Bool {
        let patient = try change.reader.get("Patient", person)
        let phones = SafeNumbers.phones(patient.root).compactMap { $0.text("value") }
        guard !phones.isEmpty else {
            return false
        }
        guard let wrong = number ?? (Set(phones).count == 1 ? phones.first : nil), phones.contains(wrong) else {
            throw FormProblems("number", "Choose which number it was, so that nobody dials it again.")
        }
        // Whoever may not change the person leaves it to the task that asks for another number.
        guard change.reader.reachText(.update, on: "Patient") != nil else {
            return false
        }
        var json = patient.value
        json["telecom"] = .array(
            (json["telecom"]?.array ?? []).map { telecom in
                guard telecom["value"]?.string == wrong, telecom["system"]?.string == "phone" else {
                    return telecom
                }
                var old = telecom
                var period = old["period"] ?? [:]
                period["end"] = .string(FHIRDate.instant(change.now))
                old["period"] = period
                old["use"] = "old"
                return old
            })
        try change.update(json, ifVersion: patient.version)
        return true
    }
}
