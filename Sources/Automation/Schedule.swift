import Access
package import Care
import Foundation
package import Records

/// Work that the clock sets off.
package struct ScheduledWork: Sendable {
    package enum Rhythm: Sendable, Equatable {
        case everyMinute
        /// Once a night, while few people work.
        case nightly
    }

    package let name: String
    package let rhythm: Rhythm
    /// - Parameter now: milliseconds since 1970.
    package let work: @Sendable (_ records: Records, _ now: Int64) async throws -> Void

    package init(
        _ name: String, _ rhythm: Rhythm,
        work: @escaping @Sendable (_ records: Records, _ now: Int64) async throws -> Void
    ) {
        self.name = name
        self.rhythm = rhythm
        self.work = work
    }
}

/// The table of what the clock does: every minute or every night, which verb.
package enum Schedule {
    package static func all(_ care: CareContent, zone: FacilityZone) -> [ScheduledWork] {
        // This process among those that share a database.
        let holder = UUID().uuidString
        return [
            ScheduledWork("safety climbs", .everyMinute) { records, now in
                let waits = try await records.read(as: .system("duty"), at: now, for: "safety items that wait") {
                    try EscalateSafety.isNeeded(by: $0, now: now)
                }
                // Looking is free; a transaction is only begun when there is something to move.
                if waits {
                    _ = try await records.write(as: .system("duty"), at: now) { try EscalateSafety().perform(in: $0) }
                }
            },
            // Those that came by the API; a form opens its task by itself.
            ScheduledWork("referrals get their task", .everyMinute) { records, now in
                let intake = TakeInReferrals(content: care.referrals)
                let waiting = try await records.read(as: .system("referrals"), at: now, for: "referrals") {
                    try intake.waiting(by: $0)
                }
                if !waiting.isEmpty {
                    try await records.write(as: .system("referrals"), at: now) { try intake.perform(waiting, in: $0) }
                }
            },
            // What a consent opens closes with it.
            ScheduledWork("consents that begin and end", .everyMinute) { records, now in
                try await records.settleDisclosure(at: now)
            },
            ScheduledWork("programmes that were changed", .everyMinute) { records, now in
                try await EvaluatePrograms(records: records, programs: care.programs).runIfNeeded(by: holder, at: now)
            },
            // Months of look-back move on without anything being stored.
            ScheduledWork("risk of everyone", .nightly) { records, now in
                _ = try await ScorePopulation(records: records, rules: care.identify).run(at: now)
            },
            // Waiting ends by the day alone, and what could not be done comes again.
            ScheduledWork("steps of protocols", .nightly) { records, now in
                try await AdvanceEverybody(plans: care.plans, zone: zone).run(records: records, at: now)
            },
            // Work that changes records comes before it, so that the tables are right in the morning.
            ScheduledWork("rolling windows", .nightly) { records, now in
                try await records.refreshProjections(asOf: now)
            },
        ]
    }
}
