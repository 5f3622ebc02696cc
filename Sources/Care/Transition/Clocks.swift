package import Foundation

/// Where local time is read: the facility's zone, by name or as a fixed offset.
package enum FacilityZone: Sendable, Equatable {
    /// Minutes east of UTC.
    case offset(minutes: Int)
    case named(TimeZone)

    /// Seconds east of UTC at an instant.
    func offsetSeconds(at instant: Int) -> Int {
        switch self {
        case .offset(let minutes): minutes.multipliedReportingOverflow(by: 60).partialValue
        case .named(let zone): zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant)))
        }
    }

    /// The local day of an instant, in seconds since 1970.
    package func day(of instant: Int) -> CivilDay {
        let local = instant &+ offsetSeconds(at: instant)
        return CivilDay(number: local >= 0 ? local / 86_400 : (local &- 86_399) / 86_400)
    }

    /// The last second of a local day (23:59:59), in seconds since 1970.
    package func end(of day: CivilDay) -> Int {
        let local = (day.number &+ 1) &* 86_400 &- 1
        // The offset asked for at a first guess is that of the day's end except within hours of a change of clocks.
        let guess = local &- offsetSeconds(at: local)
        return local &- offsetSeconds(at: guess)
    }
}

/// The clocks that start when someone leaves the hospital: business days and calendar days after the day of discharge,
/// which is not counted.
///
/// Days are those of the facility's zone. Only due instants are kept, never the time left.
package struct TransitionClocks: Sendable, Equatable {
    /// A local day and its last second.
    package struct Deadline: Sendable, Equatable {
        package let day: CivilDay
        /// Seconds since 1970.
        package let instant: Int
    }
    /// The local day of discharge.
    package let discharged: CivilDay
    private let zone: FacilityZone
    private let holidays: Holidays

    /// - Parameters:
    ///   - dischargedAt: instant of discharge in seconds since 1970.
    ///   - zone: the facility's zone.
    ///   - holidays: days that are no business days.
    package init(dischargedAt: Int, zone: FacilityZone, holidays: Holidays) {
        discharged = zone.day(of: dischargedAt)
        self.zone = zone
        self.holidays = holidays
    }

    /// The end of the day on which a step is due.
    package func deadline(_ due: TransitionPlan.Due) -> Deadline {
        let day =
            switch due {
            case .businessDays(let count): Self.businessDay(count, after: discharged, holidays)
            case .days(let count): discharged.adding(count)
            }
        return Deadline(day: day, instant: zone.end(of: day))
    }

    /// The nth business day after a day, which itself is not counted.
    package static func businessDay(_ count: Int, after day: CivilDay, _ holidays: Holidays) -> CivilDay {
        var current = day
        var left = count
        // A site that lists every day as a holiday would never see a business day: stop after a year.
        for _ in 0..<366 where left > 0 {
            current = current.adding(1)
            if holidays.isBusinessDay(current) { left -= 1 }
        }
        return current
    }
}
