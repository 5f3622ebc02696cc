import FHIR
package import Records

/// Who owns a safety item at which hour, and who stands behind them. A shift is a Schedule with service type
/// `urn:almoner:duty`: the first actor is on duty, the second is the backup.
package enum DutyRoster {
    package struct Shift: Sendable, Equatable {
        package let id: String
        package let version: Int
        /// For example `Practitioner/ruth`.
        package let who: String
        package let backup: String?
        /// Milliseconds since 1970; the end is not part of it.
        package let from: Int64
        package let until: Int64

        package func covers(_ moment: Int64) -> Bool { from <= moment && moment < until }
    }

    /// The longest shift, in milliseconds: 31 days. It bounds how far back one looks for who is on duty.
    package static let longest: Int64 = 31 * 86_400_000

    static let system = "urn:almoner:duty"
    static let code = "safety"

    /// Who is on duty and the backup at a moment, in milliseconds since 1970. Someone who has left is passed over and the
    /// backup steps up; both nil: the roster has a gap.
    package static func onDuty(by reader: Reader, at: Int64) throws -> (who: String?, backup: String?) {
        // Shifts do not overlap; of two stored against that rule the one that began last counts.
        let shift = try shifts(from: at, until: at + 1, by: reader).last
        let present = try [shift?.who, shift?.backup].compactMap(\.self).filter { reference in
            try reader.find(reference: reference)?.root["active"]?.bool ?? false
        }
        return (present.first, present.dropFirst().first)
    }

    /// Whether somebody who still works here is on duty, or stands behind them, through a stretch of time.
    package static func covers(_ time: Range<Int64>, by reader: Reader) throws -> Bool {
        let held = try shifts(from: time.lowerBound, until: time.upperBound, by: reader).filter { shift in
            try [shift.who, shift.backup].compactMap(\.self).contains { reference in
                try reader.find(reference: reference)?.root["active"]?.bool ?? false
            }
        }
        return gap(in: held, from: time.lowerBound, until: time.upperBound) == nil
    }

    /// The shifts that cover any part of a stretch of time, in their order.
    package static func shifts(from: Int64, until: Int64, by reader: Reader) throws -> [Shift] {
        guard from < until else {
            return []
        }
        return try reader.search(
            Query(
                "Schedule",
                [
                    .token("service-type", system: system, code: code), .token("active", system: nil, code: "true"),
                    .date("date", (from - longest)..<until),
                ])
        ).compactMap(Shift.init).filter { $0.until > from }.sorted { ($0.from, $0.id) < ($1.from, $1.id) }
    }

    /// The first stretch without anybody on duty, of shifts in their order.
    package static func gap(in shifts: [Shift], from: Int64, until: Int64) -> Range<Int64>? {
        var covered = from
        for shift in shifts where shift.until > covered {
            guard shift.from <= covered else {
                break
            }
            covered = shift.until
        }
        guard covered < until else {
            return nil
        }
        let next = shifts.first { $0.from > covered }?.from ?? until
        return covered..<min(next, until)
    }
}

extension DutyRoster.Shift {
    package init?(_ schedule: Resource) {
        let actors = schedule.root.list("actor").compactMap { $0.text("reference") }
        guard let who = actors.first,
            let from = schedule.root.text("planningHorizon", "start").flatMap({ FHIRDate($0) }),
            let until = schedule.root.text("planningHorizon", "end").flatMap({ FHIRDate($0) })
        else {
            return nil
        }
        self.init(
            id: schedule.id, version: schedule.version, who: who, backup: actors.dropFirst().first, from: from.low,
            until: until.low)
    }
}
