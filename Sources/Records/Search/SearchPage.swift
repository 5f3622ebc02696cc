package import FHIR

/// One page of what a search found.
package struct SearchPage: Sendable {
    /// In the order that was asked for.
    package var matches: [StoredText] = []
    /// What `_include` and `_revinclude` add, by type and id.
    package var includes: [StoredText] = []
    /// Gives the next page; nil at the end.
    package var next: String?
    /// How many match in all; nil when that was not asked.
    package var total: Int?
    /// What a client should know: that includes were cut off, for example.
    package var issues: [Issue] = []
}
