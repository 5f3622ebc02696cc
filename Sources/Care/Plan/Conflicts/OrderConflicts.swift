import FHIR
import Records

/// Tests that are ordered twice, orders that contradict each other, and bookings at one time.
enum OrderConflicts {
    static func isOpen(_ order: JSONNode) -> Bool {
        ["active", "on-hold", "draft"].contains(order.text("status") ?? "")
            && ["order", "original-order", "plan", "directive", nil].contains(order.text("intent"))
    }

    /// - Parameters:
    ///   - record: of the types ServiceRequest and Appointment.
    ///   - now: milliseconds since 1970.
    /// - Returns: orders and bookings that do not fit.
    static func among(_ record: PersonRecord, at now: Int64) -> [PlanConflict] {
        orders(record) + bookings(record, now)
    }

    private static func orders(_ record: PersonRecord) -> [PlanConflict] {
        let open = record.all("ServiceRequest").filter { isOpen($0.root) }
        var names: [String] = []
        let byName = Dictionary(grouping: open) { order in
            let code = order.root["code"]
            let name = code?.codes.first.map { "\(code?.list("coding").first?.text("system") ?? "")|\($0)" }
            let key = name ?? (code?.words ?? order.id).plainWords
            if !names.contains(key) { names.append(key) }
            return key
        }
        return names.compactMap { name in
            guard let same = byName[name], same.count > 1, let title = same[0].root["code"]?.words else {
                return nil
            }
            let (forbidden, wanted) = (
                same.filter { $0.root["doNotPerform"]?.bool == true },
                same.filter { $0.root["doNotPerform"]?.bool != true }
            )
            let detail = same.map { order in
                let who = order.root.text("requester", "display") ?? "somebody"
                let day = order.root.text("authoredOn").map { String($0.prefix(10)) } ?? "on a day not recorded"
                return "\(order.root["doNotPerform"]?.bool == true ? "not to be done: " : "")\(who), \(day)"
            }.joined(separator: "; ")
            if !forbidden.isEmpty, !wanted.isEmpty {
                return PlanConflict(
                    .instructions, "\(title): ordered, and ordered not to be done", detail, same.map(\.reference))
            }
            return wanted.count > 1
                ? PlanConflict(
                    .duplicateTest, "\(title): ordered \(wanted.count) times", detail, wanted.map(\.reference)) : nil
        }
    }

    private static let booked: Set<String> = ["proposed", "pending", "booked", "arrived", "checked-in"]
    /// How long a visit lasts that does not say it.
    private static let usual: Int64 = 15 * 60_000

    private static func bookings(_ record: PersonRecord, _ now: Int64) -> [PlanConflict] {
        let visits = record.all("Appointment").compactMap { visit -> (Resource, Range<Int64>)? in
            guard booked.contains(visit.root.text("status") ?? ""),
                let start = CareMoment.of(visit.root.text("start")), start >= now
            else {
                return nil
            }
            let end = CareMoment.of(visit.root.text("end")) ?? start
            return (visit, start..<max(end, start.addingReportingOverflow(usual).partialValue, start))
        }.sorted { $0.1.lowerBound < $1.1.lowerBound }
        var found: [PlanConflict] = []
        for (place, one) in visits.enumerated() {
            for other in visits.dropFirst(place + 1) where one.1.overlaps(other.1) {
                let names = [one.0, other.0].map { $0.root.text("description") ?? "a visit" }
                found.append(
                    PlanConflict(
                        .doubleBooking, "Two visits at one time",
                        "\(names[0]) at \(FHIRDate.instant(one.1.lowerBound).prefix(16)) and \(names[1]) at "
                            + "\(FHIRDate.instant(other.1.lowerBound).prefix(16)) (UTC)",
                        [one.0.reference, other.0.reference]))
            }
        }
        return found
    }
}
