import FHIR
import Foundation

extension Records {
    /// What going through everybody came to.
    package struct Refreshed: Sendable, Equatable {
        package var people = 0
        /// Whose rows were others.
        package var changed = 0
    }

    /// Computes the projections of every person anew. For rows that depend on the time: rolling windows move even when
    /// nothing is stored. People are read and worked out on all cores; what differs is computed again in the transaction
    /// that stores it, some persons at a time, so that pages and forms do not wait.
    /// - Parameters:
    ///   - asOf: milliseconds since 1970.
    ///   - tables: the projections that have one of these tables; nil for all.
    ///   - progress: told how many people are done.
    /// - Returns: how many people there were, and whose rows were others.
    /// - Throws: what the database reports; what is stored by then stays.
    @discardableResult
    package func refreshProjections(
        asOf: Int64, tables: Set<String>? = nil, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Refreshed {
        var report = Refreshed()
        guard let patient = types.number(of: "Patient") else {
            return report
        }
        try await withThrowingTaskGroup(of: Refreshed.self) { group in
            var busy = 0
            func note(_ part: Refreshed?) {
                guard let part else {
                    return
                }
                busy -= 1
                report.people += part.people
                report.changed += part.changed
                progress(report.people)
            }
            var last = ""
            while true {
                try Task.checkCancellation()
                let found = try await people(after: last, Int64(patient))
                guard let end = found.last else {
                    break
                }
                last = end.id
                if busy > ProcessInfo.processInfo.activeProcessorCount {
                    note(try await group.next())
                }
                group.addTask { try await self.refresh(found.map(\.rid), tables, asOf: asOf) }
                busy += 1
            }
            while let part = try await group.next() {
                note(part)
            }
        }
        return report
    }

    private func people(after: String, _ patient: Int64) async throws -> [(rid: Int64, id: String)] {
        try await engine.read { connection in
            var found: [(rid: Int64, id: String)] = []
            try connection.rows(
                """
                SELECT rid, id FROM resource WHERE type = $1 AND id > $2 AND deleted = 0 AND version > 0
                ORDER BY id LIMIT 100
                """, [.integer(patient), .text(after)]
            ) { found.append(($0.integer(0) ?? 0, $0.text(1) ?? "")) }
            return found
        }
    }

    private func refresh(_ persons: [Int64], _ tables: Set<String>?, asOf: Int64) async throws -> Refreshed {
        let refresh = refresh
        let stale = try await engine.read { connection in
            var stale: [Set<String>: Set<Int64>] = [:]
            for person in persons {
                let differ = try refresh.stale(person, among: tables, asOf: asOf, on: connection)
                if !differ.isEmpty {
                    stale[differ, default: []].insert(person)
                }
            }
            return stale
        }
        if !stale.isEmpty {
            try await transaction { connection, _ in
                for (tables, persons) in stale {
                    try refresh.run(persons, tables: tables, asOf: asOf, on: connection)
                }
            }
        }
        return Refreshed(people: persons.count, changed: stale.values.reduce(0) { $0 + $1.count })
    }

    /// A small fact that the installation remembers of itself, such as when its nightly work was last done.
    package func setting(_ name: String) async throws -> String? {
        try await engine.read { connection in
            try connection.first("SELECT value FROM setting WHERE name = $1", [.text(name)]) { $0.text(0) ?? "" }
        }
    }

    package func set(_ name: String, to value: String) async throws {
        try await transaction { connection, _ in
            try connection.run(
                "INSERT INTO setting VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
                [.text(name), .text(value)])
        }
    }
}
