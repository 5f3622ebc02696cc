import Crypto
package import Foundation

/// Walks through the audit and compares it with its seals and with the heads outside of the database. Rows are read in
/// chunks, several side by side, each in a view of its own: they are only appended to, and a long view would stand in the
/// way of a server that is running.
package struct AuditVerifier: Sendable {
    let engine: any Engine
    private(set) var heads: [AuditHead]
    private let folders: [URL]
    let keys: [Curve25519.Signing.PublicKey]

    package enum Failure: Error {
        case noDatabase(String)
        case notAKey(String)
        case otherVersion
    }

    /// - Parameters:
    ///   - place: where the records are.
    ///   - audit: where the key and the heads are.
    ///   - trusted: other public keys whose seals count, as base64: those of other machines, and earlier ones.
    /// - Throws: ``Failure``, or what the database reports.
    package init(_ place: Records.Place, audit: AuditPlaces, trusted: [String] = []) throws {
        switch place {
        case .folder(let folder):
            let path = folder.appending(path: "almoner.sqlite").path
            guard FileManager.default.fileExists(atPath: path) else {
                throw Failure.noDatabase(path)
            }
            engine = try SQLiteOnlyRead(path: path, readers: LaneReader.width)
        case .postgres(let address): engine = PostgresEngine(address)
        }
        // Before the database is looked at: what it gains meanwhile is no reason to complain.
        folders = audit.heads
        heads = AuditHeads.all(in: folders)
        let own = try AuditKey(existing: audit.key).map { [$0.publicText] } ?? []
        keys = try (own + trusted).map { text in
            guard let key = AuditKey.publicKey(text) else {
                throw Failure.notAKey(text)
            }
            return key
        }
    }

    package func close() throws {
        try engine.close()
    }

    /// - Parameter progress: told now and then how many rows of the lane have been walked through.
    /// - Returns: how each lane was found, in their order.
    /// - Throws: ``Failure/otherVersion``, or what the database reports.
    package func run(_ progress: @escaping @Sendable (Int64) -> Void = { _ in }) async throws -> [AuditLaneReport] {
        guard try await version() == Schema.version else {
            throw Failure.otherVersion
        }
        let (queries, changed) = try await KnownQueries.read(from: engine)
        var reports: [AuditLaneReport] = []
        for lane in try await lanes() {
            var walk = LaneWalk(lane: lane, verifier: self, queries: queries)
            var report = try await walk.run(progress)
            if report.broken?.reason == .headMissing {
                // Its first head may just have been on its way.
                try await Task.sleep(for: Self.headPatience)
                var again = self
                again.heads = AuditHeads.all(in: folders)
                walk = LaneWalk(lane: lane, verifier: again, queries: queries)
                report = try await walk.run(progress)
            }
            reports.append(report)
        }
        if let changed, reports.allSatisfy({ $0.broken == nil }), !reports.isEmpty {
            reports[0].broken = AuditFinding(
                lane: reports[0].lane, row: nil, at: nil, reason: .queryChanged, detail: changed)
        }
        return reports
    }

    private static let headPatience: Duration = .seconds(1)

    private func version() async throws -> Int64 {
        try await engine.read { try $0.first("SELECT version FROM schema_version") { $0.integer(0) } ?? 0 }
    }

    /// Every lane that has rows, seals or a head.
    private func lanes() async throws -> [Int64] {
        let stored = try await engine.read { connection in
            var lanes: Set<Int64> = []
            for table in ["audit", "audit_seal"] {
                var last = Int64.min
                while let lane = try connection.first(
                    "SELECT min(lane) FROM \(table) WHERE lane > $1", [.integer(last)], { $0.integer(0) })
                {
                    lanes.insert(lane)
                    last = lane
                }
            }
            return lanes
        }
        return stored.union(heads.filter { !$0.isBroken }.map(\.lane)).sorted()
    }
}

extension AuditVerifier.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noDatabase(let path): "There is no database at \(path)."
        case .notAKey(let text): "“\(text.prefix(60))” is no public key; `almoner audit key` prints one."
        case .otherVersion: "The database is of another version of Almoner: start the server of this version once."
        }
    }
}
