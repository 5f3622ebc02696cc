package import FHIR

/// Days as they are where the site is, for verbs that set a due day.
package struct SiteDays: Sendable {
    package let today: CalendarDay
    /// The last millisecond of a day at the site, since 1970.
    package let end: @Sendable (CalendarDay) -> Int64

    package init(today: CalendarDay, end: @escaping @Sendable (CalendarDay) -> Int64) {
        self.today = today
        self.end = end
    }

    /// The last millisecond of today, since 1970.
    package var endOfToday: Int64 { end(today) }
}
