/// Why Records refused. Messages never hold a patient's data.
package enum RecordsFailure: Error, Sendable {
    /// The caller's roles do not reach this.
    case forbidden(type: String)
    case notFound(type: String, id: String)
    case gone(type: String, id: String)
    /// Someone saved in between: what is stored now.
    case stale(current: Resource)
    /// The resource breaks the definitions of FHIR: what and where.
    case invalid([String])
    case malformed(JSONError)
    case schema(found: Int, expected: Int)
    /// Another process writes this folder.
    case locked(String)
}

package import FHIR
