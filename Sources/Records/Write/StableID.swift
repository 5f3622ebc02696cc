import Crypto

/// Ids that follow from what a resource is for: whoever makes it again, at whatever time and on whatever server, gives it
/// the same id, and the database itself lets no second one in.
package enum StableID {
    /// - Parameter key: what makes the resource this one.
    /// - Returns: 32 hexadecimal digits, fit as a FHIR id.
    package static func of(_ key: String) -> String {
        SHA256.hash(data: Array(key.utf8)).prefix(16)
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
