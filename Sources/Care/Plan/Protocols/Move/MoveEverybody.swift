package import Access
import FHIR
package import Records

/// Carries out the defaults that supervisors have published: everybody who follows the old version, each in a change of
/// their own. Killed in the middle it goes on where it was; of two processes neither does a person a second time, since
/// what came of it has one key for person, protocol and pair of versions.
package struct MoveEverybody: Sendable {
    package let records: Records
    package let plans: PlanLibrary
    package let zone: FacilityZone
    /// Whoever has an account, as they come now; nil when nobody has it any more.
    package let callers: @Sendable (_ account: String) async throws -> Caller?

    package init(
        records: Records, plans: PlanLibrary, zone: FacilityZone,
        callers: @escaping @Sendable (_ account: String) async throws -> Caller?
    ) {
        self.records = records
        self.plans = plans
        self.zone = zone
        self.callers = callers
    }

    private static let caller = Caller.system("protocols")
    private static let lease = "protocol moves"
    private static let leaseMilliseconds: Int64 = 120_000
    /// People between two looks whether the right to work is still this process's.
    package var chunk = 50
    /// So often a person is tried when others save in between.
    private static let tries = 3

    /// Does all that waits. Of several server processes one does it at a time; who dies at it is followed by another.
    /// - Parameters:
    ///   - holder: this process among those that share a database.
    ///   - now: the clock.
    /// - Throws: what the database reports; what was done by then stays.
    package func run(by holder: String, now: @Sendable () -> Int64) async throws {
        let waiting = try await records.read(as: Self.caller, at: now(), for: "protocols that move") {
            try MoveDefault.running(by: $0)
        }
        guard !waiting.isEmpty, try await keepLease(holder, now()) else { return }
        for decision in waiting {
            try await run(decision, now: now) {
                guard try await keepLease(holder, now()) else { throw CancellationError() }
            }
        }
        _ = try await records.lease(Self.lease, to: holder, milliseconds: 0, at: now())
    }

    private func keepLease(_ holder: String, _ now: Int64) async throws -> Bool {
        try await records.lease(Self.lease, to: holder, milliseconds: Self.leaseMilliseconds, at: now)
    }

    /// Carries out one default to its end.
    /// - Parameters:
    ///   - decision: the default.
    ///   - now: tells the time, milliseconds since 1970.
    ///   - pause: before each handful of people; throwing ends it, and it goes on another time.
    /// - Throws: what `pause` throws, and what the database reports.
    package func run(
        _ decision: MoveDefault, now: @Sendable () -> Int64, pause: () async throws -> Void = {}
    ) async throws {
        guard let who = try await callers(decision.account), records.policy.permits(who, .movePlans) else {
            try await stop(decision, "Whoever decided may not do so any more. Somebody else has to decide.", at: now())
            return
        }
        let shelf = ProtocolShelf(plans)
        let published = PublishMove(
            protocolID: decision.protocolID, old: decision.old, new: decision.new, deeds: decision.deeds,
            reason: decision.reason, shelf: shelf)
        let diff: ProtocolDiff
        do {
            diff = try await records.read(as: Self.caller, at: now(), for: "protocols that move") {
                try published.check(by: $0)
            }
        } catch let refusal as NotNow {
            return try await stop(decision, refusal.reason, at: now())
        } catch is FormProblems {
            return try await stop(decision, "The decision does not fit the protocol any more.", at: now())
        }
        let followers = Followers(of: decision.protocolID, version: decision.old)
        var cursor: String?
        repeat {
            try Task.checkCancellation()
            try await pause()
            let (start, moment) = (cursor, now())
            let groups: [ProtocolGroup]
            (groups, cursor) = try await records.read(as: Self.caller, at: moment, for: "protocols that move") {
                try followers.page(after: start, limit: chunk, by: $0, at: moment)
            }
            for group in groups {
                try Task.checkCancellation()
                try await move(group, diff, decision, for: who, shelf, at: now())
            }
        } while cursor != nil
        try await finish(decision, for: who, at: now())
    }

    private func move(
        _ group: ProtocolGroup, _ diff: ProtocolDiff, _ decision: MoveDefault, for who: Caller, _ shelf: ProtocolShelf,
        at now: Int64
    ) async throws {
        for attempt in 1...Self.tries {
            do {
                return try await records.write(as: Self.caller, at: now) { change in
                    try move(group, diff, decision, for: who, shelf, in: change)
                }
            } catch RecordsFailure.stale where attempt < Self.tries {
                continue
            } catch {
                guard let words = Self.words(error) else { throw error }
                return try await records.write(as: Self.caller, at: now) { change in
                    try MoveMark.store(.failed, group, decision, words: words, in: change)
                }
            }
        }
    }

    /// What is the matter with one person alone; nil for what holds up everybody.
    private static func words(_ error: any Error) -> String? {
        switch error {
        case let problems as FormProblems: problems.all.map(\.message).joined(separator: " ")
        case let refusal as NotNow: refusal.reason
        case let refusal as ProtocolRefusal: refusal.description
        case let failure as RecordsFailure:
            switch failure {
            case .forbidden, .notFound, .gone, .stale, .invalid, .malformed: failure.description
            case .schema, .locked, .unavailable, .outcomeUnknown: nil
            }
        default: nil
        }
    }

    private func move(
        _ known: ProtocolGroup, _ diff: ProtocolDiff, _ decision: MoveDefault, for who: Caller, _ shelf: ProtocolShelf,
        in change: Change
    ) throws {
        // Somebody may have decided since the list was read, or another process may have been here.
        guard let stored = try change.reader.find("RequestGroup", known.resource.id),
            let group = ProtocolGroup(stored), group.isOpen, group.version == decision.old,
            try !MoveMark.isDone(group.resource.id, decision, by: change.reader)
        else { return }
        guard let found = try MoveCase(group, diff, for: who, by: change.reader) else {
            // Not his to decide; whoever looks after the person does. He sees neither the person nor this.
            return try MoveMark.store(
                .waits, group, decision, words: "Version \(decision.old) to \(decision.new): nothing was decided.",
                in: change)
        }
        let outcome = try found.verb(
            decision.deeds, reason: "\(decision.reason) (set for everybody by \(who.name))", shelf: shelf,
            days: SiteDays(zone: zone, now: change.now)
        ).perform(in: change)
        let waits = outcome.exceptions.count
        let words =
            "Version \(decision.old) to \(decision.new): "
            + (waits == 0
                ? "done." : "\(waits) \(waits == 1 ? "goal or step waits" : "goals or steps wait") to be decided.")
        try MoveMark.store(
            MoveCase.end(outcome.done, waits: waits), group, decision, words: words, done: outcome.done, in: change)
    }

    private func stop(_ decision: MoveDefault, _ words: String, at now: Int64) async throws {
        try await end(decision, at: now) { json in
            json["status"] = "failed"
            json["statusReason"] = ["text": .string(words)]
        }
    }

    private func finish(_ decision: MoveDefault, for who: Caller, at now: Int64) async throws {
        var done: [PlanMigration.Deed: Int] = [:]
        var cursor: String?
        repeat {
            let (start, before) = (cursor, done)
            (done, cursor) = try await records.read(as: Self.caller, at: now, for: "protocols that move") { reader in
                var done = before
                let (marks, next) = try MoveReport(decision).page(
                    nil, after: start, limit: 200, by: reader.seeing(as: who), at: now)
                for mark in marks { done.merge(mark.done) { $0 + $1 } }
                return (done, next)
            }
        } while cursor != nil
        let all = done
        try await end(decision, at: now) { json in
            json["status"] = "completed"
            json["output"] = MoveMark.outputs(all)
        }
    }

    private func end(_ decision: MoveDefault, at now: Int64, _ edit: @escaping @Sendable (inout JSON) -> Void)
        async throws
    {
        try await records.write(as: Self.caller, at: now) { change in
            // Published once more in between: then there is more to do.
            guard let stored = try change.reader.find("Task", decision.resource.id),
                stored.version == decision.resource.version
            else { return }
            var json = stored.value
            edit(&json)
            json.end(at: change.now)
            try change.update(json, ifVersion: stored.version)
        }
    }
}
