import FHIR
package import Records

/// Works out anew where everybody stands to the programmes, when what is in force is not what it was worked out for: after
/// a file was changed, and on the day on which a version begins or ends.
package struct EvaluatePrograms: Sendable {
    private let records: Records
    private let programs: ProgramLibrary
    private static let setting = "programs.in-force"
    private static let lease = "programs"

    package init(records: Records, programs: ProgramLibrary) {
        self.records = records
        self.programs = programs
    }

    /// Goes through everybody.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - progress: told how many people are done.
    /// - Returns: how many people there were, and whose place was another.
    /// - Throws: what the database reports; what is stored by then stays.
    @discardableResult
    package func run(
        at now: Int64, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Records.Refreshed {
        let report = try await records.refreshProjections(
            asOf: now, tables: [ProgramProjection.table], progress: progress)
        try await records.set(Self.setting, to: inForce(now))
        return report
    }

    /// Goes through everybody when it is needed. Of several server processes one does it.
    package func runIfNeeded(by holder: String, at now: Int64) async throws {
        guard try await records.setting(Self.setting) != inForce(now),
            try await records.lease(Self.lease, to: holder, milliseconds: 600_000, at: now)
        else {
            return
        }
        try await run(at: now)
    }

    /// What is in force on the day, so that any change of it is seen.
    private func inForce(_ now: Int64) -> String {
        programs.effective(on: FHIRDate.day(now)).map { "\($0.id) \($0.fingerprint)" }.joined(separator: ", ")
    }
}
