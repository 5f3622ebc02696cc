extension Records {
    /// Moves what reads have left in the journal into the table of the audit, and puts a seal over all that is there.
    package func sealAudit() async throws {
        let moment = ContinuousClock.now
        let (seal, waiting, follows) = try await writer.run { [self] connection in
            let waiting = try journal?.take()
            for row in waiting?.rows ?? [] {
                try AuditLog.insert(row, on: connection)
            }
            let mark = waiting?.mark ?? counters.auditMark
            let lane = counters.lane
            guard sealer.follows(try AuditSeal.last(of: lane, on: connection), in: lane) else {
                return (AuditSeal?.none, waiting, false)
            }
            let seal = try SealRows(lane: lane, key: sealer.key, connection: connection).seal(upTo: mark)
            return (seal, waiting, true)
        }
        if let waiting {
            journal?.drained(waiting)
        }
        if let seal {
            try await sealer.keep(seal)
        } else {
            try await sealer.keepOwed()
        }
        guard follows else {
            return
        }
        sealer.sealed(before: moment)
        try await adoptLanes()
    }

    /// The last seal of this process's lane once more as its head: after a crash it may be older than the seal.
    func keepHead() async throws {
        let lane = counters.lane
        if let seal = try await engine.read({ try AuditSeal.last(of: lane, on: $0) }) {
            try await sealer.keep(seal)
        }
    }

    /// How the sealing goes, for those who watch over the server.
    package var auditHealth: AuditHealth { sealer.health }

    /// - Parameter tell: told each time that sealing begins to fail, and nil when it goes well again.
    package func whenSealingChanges(_ tell: @escaping @Sendable (AuditFailure?) -> Void) {
        sealer.whenChanged(tell)
    }

    /// The public half of the key that signs the audit.
    package var auditKey: String { sealer.key.publicText }

    /// Seals the audit and closes the records: the end of a process that has done its work.
    package func end() async throws {
        let sealing: Result<Void, any Error>
        do {
            sealing = .success(try await sealAudit())
        } catch {
            sealing = .failure(error)
        }
        try close()
        try sealing.get()
    }
}
