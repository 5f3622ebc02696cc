/// One lane, from its first seal to its last.
struct LaneWalk {
    let lane: Int64
    let verifier: AuditVerifier
    let queries: KnownQueries
    /// The seal that was checked last.
    private var before: AuditSeal?
    private var report: AuditLaneReport
    private let heads: [Int64: [AuditHead]]

    init(lane: Int64, verifier: AuditVerifier, queries: KnownQueries) {
        self.lane = lane
        self.verifier = verifier
        self.queries = queries
        report = AuditLaneReport(lane: lane)
        heads = Dictionary(grouping: verifier.heads.filter { $0.lane == lane }, by: \.number)
    }

    mutating func run(_ progress: @escaping @Sendable (Int64) -> Void) async throws -> AuditLaneReport {
        var chunks = LaneReader(lane: lane, engine: verifier.engine, queries: queries)
        do {
            while report.broken == nil, let chunk = try await chunks.next() {
                check(chunk)
                progress(report.verified)
            }
        } catch {
            await chunks.end()
            throw error
        }
        await chunks.end()
        if report.broken == nil {
            report.broken = checkEnd()
        }
        if report.broken?.reason == .sealChanged {
            // It may be the last of several.
            report.broken = try await firstForged() ?? report.broken
        }
        let edges = try await edges()
        report.unchained = edges.unchained
        // Behind a broken row nobody knows what is sealed.
        report.unsealed = report.broken == nil ? edges.unsealed : 0
        if report.broken == nil, edges.belowFirst {
            report.broken = AuditFinding(lane: lane, row: 0, at: nil, reason: .inserted)
        }
        return report
    }

    private mutating func check(_ chunk: LaneChunk) {
        for (seal, sealed) in zip(chunk.seals, chunk.sealed) {
            let rows = chunk.rows[sealed.rows]
            if let finding = check(seal, chunk, rows, sealed.hash) {
                report.broken = finding
                return
            }
            report.verified += Int64(rows.count)
            report.seals += 1
            before = seal
        }
    }

    private func check(
        _ seal: AuditSeal, _ chunk: LaneChunk, _ rows: ArraySlice<LaneChunk.Row>, _ hash: [UInt8]
    ) -> AuditFinding? {
        let start = before?.last ?? 0
        let isNext = before.map { seal.number == $0.number + 1 && seal.last > $0.last } ?? (seal.number <= 1)
        guard isNext else {
            return forged(before)
                ?? finding(
                    .sealMissing, row: start + 1, at: seal.at, "between \(before?.number ?? 0) and \(seal.number)")
        }
        if seal.number > 0 {
            guard hash == seal.hash, seal.total == (before?.total ?? 0) + Int64(rows.count) else {
                // A seal that was forged with its rows shows where the next one does not follow from it.
                return forged(before) ?? FindBrokenRow(seal: seal, before: before, chunk: chunk, rows: rows).run()
            }
        }
        for head in heads[seal.number] ?? [] where head.digest != seal.digest {
            return forged(seal) ?? finding(.headDiffers, row: head.last, at: head.at, head.name)
        }
        if let missing = rows.first(where: { $0.isQueryMissing }) {
            return finding(.queryMissing, row: missing.sequence, at: missing.at, "")
        }
        return nil
    }

    /// What stands behind the last seal: is it signed, and does the head outside of the database end there?
    private func checkEnd() -> AuditFinding? {
        if let forged = forged(before) {
            return forged
        }
        if let beyond = heads.filter({ $0.key > before?.number ?? 0 }).values.joined().max(by: { $0.last < $1.last }) {
            let cut = "the head \(beyond.name) knows \(beyond.total) rows, \(before?.total ?? 0) are left"
            return finding(.tailCut, row: (before?.last ?? 0) + 1, at: beyond.at, cut)
        }
        for head in heads.values.joined() where !AuditKey.isSigned(head.said, head.signature, by: verifier.keys) {
            return finding(.unknownKey, row: head.last, at: head.at, "the head \(head.name), by \(head.key)")
        }
        if let broken = verifier.heads.first(where: \.isBroken) {
            return finding(.headBroken, row: nil, at: nil, broken.name)
        }
        if heads.isEmpty, before?.number ?? 0 > 0 {
            return finding(.headMissing, row: nil, at: before?.at, "")
        }
        return nil
    }

    /// A seal that no known key has signed.
    private func forged(_ seal: AuditSeal?) -> AuditFinding? {
        guard let seal, !AuditKey.isSigned(seal.said, seal.signature, by: verifier.keys) else {
            return nil
        }
        return finding(
            verifier.keys.isEmpty ? .unknownKey : .sealChanged, row: seal.last, at: seal.at,
            "seal \(seal.number), which ends with this row, has no good signature")
    }

    private func firstForged() async throws -> AuditFinding? {
        var number: Int64 = -1
        while true {
            let from = number
            let seals = try await verifier.engine.read { [lane] connection in
                var seals: [AuditSeal] = []
                try connection.rows(
                    """
                    SELECT \(AuditSeal.columns) FROM audit_seal WHERE lane = $1 AND number > $2
                    ORDER BY number LIMIT 500
                    """, [.integer(lane), .integer(from)]
                ) { row in
                    if let seal = AuditSeal(row, lane: lane) {
                        seals.append(seal)
                    }
                }
                return seals
            }
            guard let last = seals.last else {
                return nil
            }
            for seal in seals {
                if let forged = forged(seal) {
                    return forged
                }
            }
            number = last.number
        }
    }

    private func edges() async throws -> (unchained: Int64, unsealed: Int64, belowFirst: Bool) {
        let sealed = before?.last ?? 0
        return try await verifier.engine.read { [lane] connection in
            func count(_ condition: String, _ bound: Int64) throws -> Int64 {
                try connection.first(
                    "SELECT count(*) FROM audit WHERE lane = $1 AND \(condition)", [.integer(lane), .integer(bound)]
                ) { $0.integer(0) } ?? 0
            }
            let first = try connection.first(
                "SELECT last FROM audit_seal WHERE lane = $1 AND number = 0", [.integer(lane)]
            ) { $0.integer(0) }
            return (
                try first.map { try count("seq <= $2", $0) } ?? 0, try count("seq > $2", sealed),
                try count("seq < $2", 1) > 0
            )
        }
    }

    private func finding(
        _ reason: AuditFinding.Reason, row: Int64?, at: Int64?, _ detail: String
    ) -> AuditFinding {
        AuditFinding(lane: lane, row: row, at: at, reason: reason, detail: detail)
    }
}
