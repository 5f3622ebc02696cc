/// A visit that is going to happen in a life.
struct PlannedVisit {
    var day: Day
    var kind: VisitKind
    /// The acute condition behind it, or the lasting one that it follows up.
    var reason: Int?
    /// Nights in hospital.
    var nights = 0
    var viaEmergency = false
    /// The follow-up after a hospital stay.
    var afterDischarge = false
}

extension Life {
    /// All visits of the time that the records cover, in order of time.
    func plannedVisits() -> [PlannedVisit] {
        var plan: [PlannedVisit] = []
        planRoutine(&plan)
        planEpisodes(&plan)
        planBirth(&plan)
        planRecentStay(&plan)
        planLastStay(&plan)
        return plan.sorted { left, right in
            left.day == right.day ? left.kind == .inpatient && right.kind != .inpatient : left.day < right.day
        }
    }

    private func planRoutine(_ plan: inout [PlannedVisit]) {
        var chance = chance(6)
        // A person keeps to the same two or three reasons for coming.
        let lasting = onset.indices.filter { has($0) && content.conditions[$0].weight > 0 }
            .sorted { content.conditions[$0].weight > content.conditions[$1].weight }.prefix(3)
        var day = first
        while day < last {
            let days = min(365, last.number - day.number)
            let share = Double(days) / 365
            let age = person.age(on: day)
            let checkups: Double =
                switch age {
                case 0: 5
                case 1, 2: 2.5
                case 3...17: 0.9
                default: burden > 0 ? 0.95 : 0.6
                }
            for _ in 0..<times(checkups * share, &chance) {
                plan.append(PlannedVisit(day: workday(day.plus(chance.below(days))), kind: .checkup))
            }
            if !lasting.isEmpty {
                for _ in 0..<times(min(0.42 * Double(burden), 4.5) * share, &chance) {
                    let kind: VisitKind = chance.happens(0.74) ? .followup : chance.happens(0.6) ? .video : .phone
                    let when = workday(day.plus(chance.below(days)))
                    let reason = lasting[lasting.startIndex + chance.below(lasting.count)]
                    guard has(reason, on: when) else { continue }
                    plan.append(PlannedVisit(day: when, kind: kind, reason: reason))
                }
            }
            day = day.plus(365)
        }
    }

    private func planEpisodes(_ plan: inout [PlannedVisit]) {
        var chance = chance(7)
        let frailty = min(0.45 + 0.085 * Double(burden), 2.4)
        var day = first
        while day < last {
            let days = min(365, last.number - day.number)
            let age = person.age(on: day.plus(days / 2))
            let band = ConditionEntry.band(age)
            for (index, entry) in content.conditions.enumerated() where entry.isAcute && age >= entry.onset {
                if let needs = entry.needs, !has(needs, on: day) { continue }
                let sex = person.female ? entry.woman : 1
                let rate = entry.rates[band] * sex * odds[index] * (entry.setting == .symptom ? 0.9 : frailty)
                for _ in 0..<times(min(rate, 3) * Double(days) / 365, &chance) {
                    let when = day.plus(chance.below(days))
                    switch entry.setting {
                    case .inpatient: planStay(index, on: when, again: 0, &plan, &chance)
                    case .emergency: plan.append(PlannedVisit(day: when, kind: .emergency, reason: index))
                    default: plan.append(PlannedVisit(day: workday(when), kind: .symptom, reason: index))
                    }
                }
            }
            day = day.plus(365)
        }
    }

    /// A hospital stay, the calls and visits after it, and sometimes the next stay within 30 days.
    private func planStay(
        _ reason: Int, on day: Day, again: Int, _ plan: inout [PlannedVisit], _ chance: inout Chance
    ) {
        var nights = 2
        while nights < 14, chance.happens(0.6) { nights += 1 }
        plan.append(
            PlannedVisit(
                day: day, kind: .inpatient, reason: reason, nights: nights, viaEmergency: chance.happens(0.78)))
        let home = day.plus(nights)
        if chance.happens(0.5) {
            plan.append(PlannedVisit(day: workday(home.plus(3)), kind: .phone, reason: reason, afterDischarge: true))
        }
        if chance.happens(0.62) {
            let seen = workday(home.plus(chance.between(6, 16)))
            plan.append(PlannedVisit(day: seen, kind: .followup, reason: reason, afterDischarge: true))
        }
        if again < 2, chance.happens(min(0.05 + 0.011 * Double(burden), 0.28)) {
            let next = home.plus(chance.between(3, 28))
            if next < last { planStay(likeliestFlare, on: next, again: again + 1, &plan, &chance) }
        }
    }

    private func planBirth(_ plan: inout [PlannedVisit]) {
        guard let pregnancy else { return }
        let reason = content.marks.pregnancy
        var day = pregnancy.start.plus(60)
        while day < (pregnancy.birth ?? last) {
            plan.append(PlannedVisit(day: workday(day), kind: .prenatal, reason: reason))
            day = day.plus(38)
        }
        if let birth = pregnancy.birth {
            plan.append(PlannedVisit(day: birth, kind: .inpatient, reason: reason, nights: 2))
        }
    }

    /// So that transitions are under way whatever the day: a few are in hospital now or left it this week.
    private func planRecentStay(_ plan: inout [PlannedVisit]) {
        guard person.died == nil, burden >= 4, person.age(on: last) >= 18 else { return }
        var chance = chance(8)
        let draw = chance.unit()
        let nights = chance.between(2, 6)
        if draw < 0.012 {
            let day = last.plus(-chance.below(4))
            plan.append(
                PlannedVisit(day: day, kind: .inpatient, reason: likeliestFlare, nights: 30, viaEmergency: true))
        } else if draw < 0.04 {
            let day = last.plus(-nights - chance.below(9))
            plan.append(
                PlannedVisit(day: day, kind: .inpatient, reason: likeliestFlare, nights: nights, viaEmergency: true))
        }
    }

    private func planLastStay(_ plan: inout [PlannedVisit]) {
        guard let died = person.died else { return }
        var chance = chance(9)
        let nights = chance.between(1, 9)
        guard chance.happens(0.5), died.plus(-nights) > first else { return }
        plan.append(
            PlannedVisit(
                day: died.plus(-nights), kind: .inpatient, reason: likeliestFlare, nights: nights, viaEmergency: true))
    }

    /// The Friday before when it is a weekend.
    func workday(_ day: Day) -> Day {
        switch (day.number + 4) % 7 {
        case 6: day.plus(-1)
        case 0: day.plus(-2)
        default: day
        }
    }

    /// `rate` as a whole number that is right on average.
    private func times(_ rate: Double, _ chance: inout Chance) -> Int {
        let whole = Int(rate)
        return whole + (chance.happens(rate - Double(whole)) ? 1 : 0)
    }
}
