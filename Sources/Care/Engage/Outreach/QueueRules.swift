package import Content

/// Who is called next, when and how: the numbers of Content/outreach/queue.yaml.
package struct QueueRules: Sendable, Equatable {
    /// Points of the order.
    package struct Order: Sendable, Equatable {
        package let tier: [Tier: Int]
        package let perDayWaiting: Int
        package let mostForWaiting: Int
        package let late: Int
        package let perDayLate: Int
        package let mostForLate: Int
        package let afterDischarge: Int
        package let askedForNow: Int
        package let goodHour: Int
    }

    /// How the best hour and way are found.
    package struct Reach: Sendable, Equatable {
        package let lookBackDays: Int
        package let mostAttempts: Int
        package let leastOfSite: Int
        package let leastAtHour: Int
        package let leastOfPerson: Int
        package let personShrinkage: Double
        package let hourShrinkage: Double
    }

    package let origin: ContentOrigin
    package let order: Order
    /// The hours of the day at which people may be called, where they live: 8..<21.
    package let hours: Range<Int>
    package let reach: Reach

    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "order", "hours", "reach",
        ])
        origin = try ContentOrigin(root)
        let points = root["order"]
        try points.allow([
            "tier", "perDayWaiting", "mostForWaiting", "late", "perDayLate", "mostForLate", "afterDischarge",
            "askedForNow", "goodHour",
        ])
        func number(_ field: ContentField, _ range: ClosedRange<Int> = 0...10_000) throws(ContentProblem) -> Int {
            let number = try field.int()
            guard range ~= number else {
                throw field.problem("\(range.lowerBound) to \(range.upperBound) is expected")
            }
            return number
        }
        var tiers: [Tier: Int] = [:]
        for tier in Tier.allCases {
            tiers[tier] = try number(points["tier"][tier.name])
        }
        order = Order(
            tier: tiers, perDayWaiting: try number(points["perDayWaiting"]),
            mostForWaiting: try number(points["mostForWaiting"]), late: try number(points["late"]),
            perDayLate: try number(points["perDayLate"]), mostForLate: try number(points["mostForLate"]),
            afterDischarge: try number(points["afterDischarge"]), askedForNow: try number(points["askedForNow"]),
            goodHour: try number(points["goodHour"]))
        try root["hours"].allow(["from", "until"])
        let from = try number(root["hours"]["from"], 0...23)
        let until = try number(root["hours"]["until"], 1...24)
        guard from < until else {
            throw root["hours"].problem("they begin before they end")
        }
        hours = from..<until
        let reach = root["reach"]
        try reach.allow([
            "lookBackDays", "mostAttempts", "leastOfSite", "leastAtHour", "leastOfPerson", "personShrinkage",
            "hourShrinkage",
        ])
        self.reach = Reach(
            lookBackDays: try number(reach["lookBackDays"], 1...3_650),
            mostAttempts: try number(reach["mostAttempts"], 1...20_000),
            leastOfSite: try number(reach["leastOfSite"]), leastAtHour: try number(reach["leastAtHour"]),
            leastOfPerson: try number(reach["leastOfPerson"], 1...1_000),
            personShrinkage: Double(try number(reach["personShrinkage"], 1...1_000)),
            hourShrinkage: Double(try number(reach["hourShrinkage"], 1...1_000)))
    }
}
