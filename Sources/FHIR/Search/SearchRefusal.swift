/// Why a search is not run. A filter that silently fell away would widen the answer, so what is not understood is told.
package struct SearchRefusal: Error, Sendable, Equatable {
    /// For an OperationOutcome.
    package let issues: [Issue]

    package init(_ issues: [Issue]) { self.issues = issues }

    package init(_ code: Issue.Code, _ diagnostics: String) {
        issues = [Issue(.error, code, diagnostics)]
    }

    /// How much of what a client sent is repeated to it.
    static func shown(_ text: some StringProtocol) -> String {
        let start = String(text.prefix(60).filter { $0 >= " " })
        return "“" + start + (text.count > 60 ? "…" : "") + "”"
    }
}
