package import Access
import FHIR
package import Records

/// What a default would do to everybody who follows the old version, counted over the record. Nothing is written.
package struct TryMove: Sendable {
    package struct Report: Sendable, Equatable {
        /// People by what would come of it for them.
        package var people: [MoveMark.End: Int] = [:]
        /// Goals and steps by what would be done with them.
        package var done: [PlanMigration.Deed: Int] = [:]
        /// Goals and steps that would wait.
        package var waiting = 0
        /// The same by the ids of the lines that differ.
        package var lines: [String: [PlanMigration.Deed: Int]] = [:]
        package var linesWaiting: [String: Int] = [:]
        /// Why they would wait; one may have several reasons.
        package var reasons: [String: Int] = [:]
        /// Who follows the new version already: somebody has decided for them.
        package var already = 0

        package init() {}

        package var all: Int { people.values.reduce(0, +) }
    }

    package let move: PublishMove

    package init(_ move: PublishMove) {
        self.move = move
    }

    private static let caller = Caller.system("protocols tried out")
    private static let chunk = 100

    /// - Parameters:
    ///   - records: nothing is written into them.
    ///   - who: whoever decides: counted is what he sees.
    ///   - now: milliseconds since 1970.
    ///   - progress: told how many people are done.
    /// - Returns: what the default would do.
    /// - Throws: ``FormProblems``, ``NotNow``, and when the task is cancelled.
    package func run(
        records: Records, for who: Caller, at now: Int64, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Report {
        var report = Report()
        var cursor: String?
        let (diff, already) = try await records.read(as: who, at: now, for: "protocol tried out") { reader in
            (
                try move.check(by: reader),
                try Followers(of: move.protocolID, version: move.new).count(by: reader, at: now)
            )
        }
        report.already = already
        let followers = Followers(of: move.protocolID, version: move.old)
        repeat {
            try Task.checkCancellation()
            let (start, before) = (cursor, report)
            (report, cursor) = try await records.read(as: Self.caller, at: now, for: "protocol tried out") { reader in
                var report = before
                let (groups, next) = try followers.page(after: start, limit: Self.chunk, by: reader, at: now)
                for group in groups {
                    // What was done or waits since an earlier decision is not done again.
                    if let known = try reader.find(
                        "Task", MoveMark.id(group.resource.id, from: move.old, to: move.new)),
                        MoveMark(known.root)?.end != .failed
                    {
                        continue
                    }
                    do {
                        if let found = try MoveCase(group, diff, for: who, by: reader) { count(found, &report) }
                    } catch RecordsFailure.notFound {
                        report.people[.failed, default: 0] += 1
                    }
                }
                return (report, next)
            }
            progress(report.all)
        } while cursor != nil
        return report
    }

    private func count(_ found: MoveCase, _ report: inout Report) {
        let verb = found.verb(
            move.deeds, reason: move.reason, shelf: move.shelf,
            days: SiteDays(today: CalendarDay(daysSinceEpoch: 0), end: { _ in 0 }))
        var done: [PlanMigration.Deed: Int] = [:]
        var waits = 0
        for item in found.migration.items {
            if let deed = verb.choice(for: item) {
                done[deed, default: 0] += 1
                report.lines[item.id, default: [:]][deed, default: 0] += 1
            } else {
                waits += 1
                report.linesWaiting[item.id, default: 0] += 1
                for reason in found.reasons(item) { report.reasons[reason, default: 0] += 1 }
            }
        }
        report.people[MoveCase.end(done, waits: waits), default: 0] += 1
        report.done.merge(done) { $0 + $1 }
        report.waiting += waits
    }
}
