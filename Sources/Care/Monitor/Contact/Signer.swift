package import Access
import FHIR
package import Records

/// The care manager who talks and signs.
package struct Signer: Sendable, Equatable {
    /// For example `Practitioner/ruth`.
    package let practitioner: String
    /// "Ruth Adeyemi, RN".
    package let name: String

    /// - Throws: ``NotNow`` for an account that no person stands behind.
    package init(_ caller: Caller) throws {
        guard let practitioner = caller.practitioner else {
            throw NotNow("Only someone who works here can talk with people.")
        }
        self.practitioner = practitioner
        name = caller.name
    }

    /// What is written after the name, or the first qualification on file: "RN". Nil when neither is there.
    func credential(by reader: Reader) throws -> String? {
        let stored = try reader.find(reference: practitioner)?.root.list("qualification").lazy.compactMap {
            $0.text("code", "text") ?? $0.text("code", "coding", "code")
        }.first
        guard let comma = name.lastIndex(of: ",") else {
            return stored
        }
        let after = name[name.index(after: comma)...].drop { $0 == " " }
        return stored ?? (after.isEmpty ? nil : String(after))
    }
}
