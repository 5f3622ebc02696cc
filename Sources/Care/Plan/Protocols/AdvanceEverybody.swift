import Access
import FHIR
package import Records

/// What days alone bring about: goes through all who have taken up a protocol, each in a change of their own.
package struct AdvanceEverybody: Sendable {
    package let plans: PlanLibrary
    package let zone: FacilityZone

    package init(plans: PlanLibrary, zone: FacilityZone) {
        self.plans = plans
        self.zone = zone
    }

    /// - Throws: what the database reports; what was opened by then stays, and the next night finds the rest.
    package func run(records: Records, at now: Int64) async throws {
        let caller = Caller.system("protocols")
        let people = try await records.read(as: caller, at: now, for: "protocols that wait") { reader in
            var people: Set<String> = []
            try reader.each("RequestGroup") { text in
                let root = try text.document().root
                if root.text("status") == "active", let subject = root.text("subject", "reference"),
                    root.codes("code").contains(where: { $0.contains("|") }), subject.hasPrefix("Patient/")
                {
                    people.insert(String(subject.dropFirst("Patient/".count)))
                }
            }
            return people
        }
        let shelf = ProtocolShelf(plans)
        let days = SiteDays(zone: zone, now: now)
        for person in people.sorted() {
            try Task.checkCancellation()
            do {
                _ = try await records.write(as: caller, at: now) { change in
                    try AdvanceProtocols(person: person, shelf: shelf, days: days).perform(in: change)
                }
            } catch RecordsFailure.notFound {
                continue
            }
        }
    }
}

extension SiteDays {
    /// The days of a zone, today by a moment in milliseconds since 1970.
    package init(zone: FacilityZone, now: Int64) {
        self.init(today: CalendarDay(daysSinceEpoch: zone.day(of: Int(now / 1_000)).number)) { day in
            Int64(zone.end(of: CivilDay(number: day.daysSinceEpoch))) * 1_000 + 999
        }
    }
}
