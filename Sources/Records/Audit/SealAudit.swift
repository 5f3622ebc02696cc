extension Records {
    /// Moves what reads have left in the journal into the table of the audit, and puts a seal over all that is there.
    package func sealAudit() async throws {
        if try await !sealWhatWaits() {
            // What came while another moved what he had taken aside. He is done now, or has taken this aside too.
            _ = try await sealWhatWaits()
        }
    }

    /// - Returns: whether all rows that there were have been moved.
    private func sealWhatWaits() async throws -> Bool {
        let moment = ContinuousClock.now
        let (seal, waiting, follows) = try await writer.run { [self] connection in
            let waiting = try journal?.take()
            for row in waiting?.rows ?? [] {
                try AuditLog.insert(row, on: connection)
            }
            let mark = waiting?.mark ?? counters.auditMark
            let lane = counters.lane
            let last = try AuditSeal.last(of: lane, on: connection)
            guard sealer.follows(last, in: lane) else {
                return (AuditSeal?.none, waiting, false)
            }
            let seal = try SealRows(lane: lane, key: sealer.key, connection: connection).seal(upTo: mark)
            return (seal ?? last, waiting, true)
        }
        if let waiting {
            journal?.drained(waiting)
        }
        // The last seal may be one that another has just made, and whose head he is about to write.
        if let seal, !sealer.hasKept(seal) {
            try await sealer.keep(seal)
        } else {
            try await sealer.keepOwed()
        }
        let isAll = waiting?.isAll ?? true
        guard follows else {
            return isAll
        }
        if isAll {
            sealer.sealed(before: moment)
        }
        try await adoptLanes()
        return isAll
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
