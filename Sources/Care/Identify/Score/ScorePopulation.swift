package import Access
import FHIR
import Foundation
package import Records

/// Scores everyone: nightly, since windows of months move on without anything being stored, and after new rules.
///
/// People are read and worked out in chunks on all cores while earlier chunks are being written.
package struct ScorePopulation: Sendable {
    package struct Report: Sendable, Equatable {
        /// People on file.
        package var people = 0
        /// Whose risk was worked out: alive, with a birth date.
        package var scored = 0
        /// Whose record changed.
        package var written = 0
    }

    private struct Chunk: Sendable {
        var people = 0
        var scored = 0
        var updates: [Records.Update] = []
    }

    private let records: Records
    private let rules: RiskRules
    private let caller = Caller.system("risk")
    private static let chunk = 250

    package init(records: Records, rules: RiskRules) {
        self.records = records
        self.rules = rules
    }

    /// Scores everyone on file and stores what changed.
    /// - Parameters:
    ///   - now: milliseconds since 1970, one moment for all.
    ///   - progress: told how many people are done.
    /// - Returns: how many people there were, were scored, and were written.
    /// - Throws: what reading and storing throw; chunks that are stored by then stay.
    package func run(at now: Int64, progress: @Sendable (Int) -> Void = { _ in }) async throws -> Report {
        var report = Report()
        var last: String?
        let lanes = ProcessInfo.processInfo.activeProcessorCount + 1
        try await withThrowingTaskGroup(of: Report.self) { group in
            var busy = 0
            func note(_ part: Report?) {
                guard let part else {
                    return
                }
                busy -= 1
                report.people += part.people
                report.scored += part.scored
                report.written += part.written
                progress(report.people)
            }
            while true {
                let after = last
                let ids = try await records.read(as: caller, at: now, for: "risk of everyone") { reader in
                    try reader.personIDs(after: after, limit: Self.chunk)
                }
                guard let end = ids.last else {
                    break
                }
                last = end
                if busy >= lanes {
                    note(try await group.next())
                }
                group.addTask { try await score(ids, at: now) }
                busy += 1
            }
            while let part = try await group.next() {
                note(part)
            }
        }
        return report
    }

    private func score(_ ids: [String], at now: Int64) async throws -> Report {
        let chunk = try await records.read(as: caller, at: now, for: "risk of everyone") { reader in
            var chunk = Chunk()
            for id in ids {
                try add(id, to: &chunk, reader, now)
            }
            return chunk
        }
        var report = Report(people: chunk.people, scored: chunk.scored)
        if !chunk.updates.isEmpty {
            report.written = try await records.update(chunk.updates, as: caller, at: now)
        }
        return report
    }

    private func add(_ id: String, to chunk: inout Chunk, _ reader: Reader, _ now: Int64) throws {
        let record = try reader.forScores.person(id, RiskPicture.types) { rules.concerns($0, $1) }
        chunk.people += 1
        guard let picture = RiskPicture(of: record, rules: rules, asOf: now) else {
            return
        }
        chunk.scored += 1
        guard let json = RiskDraft.json(picture, of: record, rules: rules, asOf: now) else {
            return
        }
        let version = RiskDraft.standing(in: record)?.version ?? 0
        chunk.updates.append(Records.Update(try records.prepare(json.document()), over: version))
    }
}
