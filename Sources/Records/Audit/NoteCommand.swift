package import Access

extension Records {
    /// Keeps in the audit that a command works on all records, before it does.
    /// - Parameters:
    ///   - what: the command and what it was given; never clinical content.
    ///   - isImport: whether records come in by it.
    ///   - caller: whose work it is.
    ///   - now: milliseconds since 1970.
    /// - Throws: what the database reports.
    package func noteCommand(
        _ what: String, isImport: Bool = false, as caller: Caller, at now: Int64
    ) async throws {
        try await transaction { _, storage in
            try storage.audit.write(isImport ? .importing : .update, by: caller, at: now, detail: what)
        }
    }
}
