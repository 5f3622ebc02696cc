import FHIR

/// Reads FHIR dates as moments.
package enum CareMoment {
    /// The first moment that a date covers, in milliseconds since 1970; nil when it is none.
    package static func of(_ text: String?) -> Int64? {
        text.flatMap { FHIRDate($0) }?.low
    }

    /// The moment after a date: until 2026-11-30 holds through that day. An instant ends as it is written.
    package static func end(of text: String?) -> Int64? {
        text.flatMap { FHIRDate($0) }.map { $0.precision <= .day ? $0.high : $0.low }
    }
}
