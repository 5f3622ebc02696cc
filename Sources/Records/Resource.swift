package import FHIR

/// A stored resource: its text as received, and what the server knows of it.
package struct Resource: Sendable {
    package let type: String
    package let id: String
    /// Counts from 1.
    package let version: Int
    /// Milliseconds since 1970, UTC.
    package let updated: Int64
    package let document: JSONDocument
    let rid: Int64
    let person: Int64
    /// The labels that it carries, and which of them no consent discloses.
    var labels: Int64 = 0

    package var root: JSONNode { document.root }

    /// For example `Patient/17`.
    package var reference: String { "\(type)/\(id)" }

    /// An editable copy.
    package var value: JSON { document.root.value }
}
