extension Life {
    /// Writes the visits in order of time, with what was found, measured, asked and prescribed at each.
    func writeVisits(_ scribe: inout Scribe) {
        var chance = chance(14)
        var levels = Levels(self)
        let mood = Mood(self)
        var home = first
        for plan in plannedVisits() where plan.day >= home && plan.day <= last && plan.day > person.birth {
            if plan.kind == .inpatient {
                home = writeStay(plan, &scribe, &levels, &chance).plus(1)
            } else {
                writeVisit(plan, &scribe, &levels, mood, &chance)
            }
        }
    }

    private func writeVisit(
        _ plan: PlannedVisit, _ scribe: inout Scribe, _ levels: inout Levels, _ mood: Mood, _ chance: inout Chance
    ) {
        let atNight = plan.kind == .emergency
        let start = Moment(day: plan.day, minute: atNight ? chance.below(1160) : 480 + 15 * chance.below(34))
        let minutes = content.visits[plan.kind]?.minutes ?? 20
        let end = start.plus(minutes: minutes + (atNight ? chance.between(-150, 180) : 0))
        let acute = plan.reason.flatMap { content.conditions[$0].isAcute && !plan.afterDischarge ? $0 : nil }
        var problem = plan.reason.map { records[$0] }.flatMap { $0 == 0 ? nil : $0 }
        if let acute {
            let over = plan.day.plus(chance.between(6, 16))
            problem = scribe.writeCondition(
                acute, from: plan.day, over: over <= last ? over : nil, visit: scribe.nextVisit)
        }
        let visit = scribe.writeVisit(
            VisitFacts(kind: plan.kind, start: start, end: end, reason: plan.reason, problem: problem))
        if let acute, let problem { writeCourse(acute, on: plan.day, problem: problem, visit: visit, &scribe, &chance) }
        if plan.kind.isInPerson {
            measureBody(plan, at: start, visit: visit, &scribe, &levels, &chance)
        }
        guard plan.kind == .checkup || plan.kind == .followup else { return }
        takeBlood(at: start.plus(minutes: 10), visit: visit, &scribe, &levels, &chance)
        ask(plan, at: start.plus(minutes: 5), visit: visit, &scribe, mood, &levels, &chance)
        if plan.afterDischarge, let check = content.procedures.first(where: \.afterDischarge),
            chance.happens(check.share)
        {
            scribe.writeProcedure(check, on: plan.day, visit: visit)
        }
    }

    /// Writes a hospital stay and gives the day on which it ended, or the last day while it goes on.
    private func writeStay(
        _ plan: PlannedVisit, _ scribe: inout Scribe, _ levels: inout Levels, _ chance: inout Chance
    ) -> Day {
        let reason = plan.reason ?? content.marks.pneumonia
        var start = Moment(day: plan.day, minute: chance.between(60, 1000))
        let planned = plan.day.plus(plan.nights)
        let dies = person.died.map { planned >= $0 } ?? false
        let leaves = dies ? person.died : planned <= last ? planned : nil
        var problem = records[reason]
        if content.conditions[reason].isAcute {
            let over = leaves?.plus(chance.between(10, 21)) ?? last.plus(1)
            problem = scribe.writeCondition(
                reason, from: plan.day, over: over <= last ? over : nil, visit: scribe.nextVisit)
        }
        if plan.viaEmergency {
            let admitted = start.plus(minutes: chance.between(150, 380))
            let visit = scribe.writeVisit(
                VisitFacts(kind: .emergency, start: start, end: admitted, reason: reason, problem: problem))
            let (upper, lower) = levels.pressure(self, on: plan.day)
            scribe.writeBloodPressure(
                upper + 12 * chance.normal(), lower + 7 * chance.normal(), at: start.plus(minutes: 12), visit: visit)
            start = admitted
        }
        var end = leaves.map { Moment(day: $0, minute: chance.between(590, 990)) }
        if let leaving = end, leaving <= start { end = start.plus(minutes: 300) }
        let age = person.age(on: plan.day)
        let disposition: Disposition =
            dies ? .exp : age > 74 && chance.happens(0.28) ? .snf : age > 79 && chance.happens(0.04) ? .hosp : .home
        let visit = scribe.writeVisit(
            VisitFacts(
                kind: .inpatient, start: start, end: end, reason: reason, problem: problem,
                viaEmergency: plan.viaEmergency, disposition: disposition))
        if age >= 18, reason != content.marks.pregnancy {
            let drawn = (end ?? start.plus(minutes: 60)).plus(minutes: end == nil ? 0 : -240)
            for key in ["hemoglobin", "sodium"] {
                guard let measure = content.measureNumbers[key] else { continue }
                let sick = key == "sodium" ? 2.0 : 0.9
                let value = levels.level(measure, in: self, on: drawn.day) - sick + sick * 0.7 * chance.normal()
                scribe.writeMeasure(measure, value, at: max(drawn, start), visit: visit)
            }
            writeKidneys(at: max(drawn, start), visit: visit, &scribe, &levels, &chance)
            if !dies, content.conditions[reason].isAcute, let leaves {
                writeCourse(reason, on: leaves, problem: problem, visit: visit, &scribe, &chance)
            }
        }
        return leaves ?? last
    }

    /// The short course of a medicine that an acute condition calls for.
    private func writeCourse(
        _ condition: Int, on day: Day, problem: Int, visit: Int, _ scribe: inout Scribe, _ chance: inout Chance
    ) {
        let age = person.age(on: day)
        for medicine in content.medicinesFor[condition] {
            let entry = content.medicines[medicine]
            guard suits(entry, age: age, on: day), chance.happens(entry.share) else { continue }
            let status: StaticString = day.plus(entry.days) < asOf ? "completed" : "active"
            scribe.writeMedicine(medicine, on: day, status: status, problem: problem, visit: visit)
            return
        }
    }

    private func measureBody(
        _ plan: PlannedVisit, at moment: Moment, visit: Int, _ scribe: inout Scribe, _ levels: inout Levels,
        _ chance: inout Chance
    ) {
        let marks = content.marks
        let day = plan.day
        let age = person.age(on: day)
        if age >= 3 {
            let (upper, lower) = levels.pressure(self, on: day)
            scribe.writeBloodPressure(
                upper + content.measures[marks.systolic].within * chance.normal(),
                lower + content.measures[marks.diastolic].within * chance.normal(), at: moment, visit: visit)
        }
        guard plan.kind != .emergency, plan.kind != .symptom || age < 12 || rich || chance.happens(0.4) else { return }
        let height = levels.height(self, on: day)
        var mass = levels.bodyMass(self, on: day)
        if let pregnancy, isPregnant(on: day) { mass *= 1 + 0.18 * Double(day.number - pregnancy.start.number) / 280 }
        let metres = height / 100
        let weight = mass * metres * metres * (1 + 0.008 * chance.normal())
        scribe.writeMeasure(marks.weight, weight, at: moment, visit: visit)
        guard age < 18 || rich || levels.isDue(marks.bmi, every: 300, on: day) else { return }
        scribe.writeMeasure(marks.height, height, at: moment, visit: visit)
        if age >= 2 { scribe.writeMeasure(marks.bmi, weight / (metres * metres), at: moment, visit: visit) }
    }

    private func takeBlood(
        at moment: Moment, visit: Int, _ scribe: inout Scribe, _ levels: inout Levels, _ chance: inout Chance
    ) {
        let day = moment.day
        let adult = person.age(on: day) >= 18
        for (index, entry) in content.measures.enumerated() {
            switch entry.wanted {
            case .made: continue
            case .whenRich:
                guard rich, adult else { continue }
            case .whenAny(let conditions):
                guard adult || index == content.measureNumbers["a1c"], conditions.contains(where: { has($0, on: day) })
                else { continue }
            }
            // The everyday and the rich panel measure some things twice; once is enough.
            guard levels.isDue(index, every: entry.every, on: day) else { continue }
            if index == content.marks.egfr || index == content.marks.egfrFull {
                if index == content.marks.egfrFull, !levels.isDue(content.marks.egfr, every: 1, on: day) { continue }
                writeKidneys(at: moment, visit: visit, &scribe, &levels, &chance)
            } else {
                let value = levels.level(index, in: self, on: day) + entry.within * chance.normal()
                scribe.writeMeasure(index, value, at: moment, visit: visit)
            }
        }
    }

    /// eGFR and the creatinine that it was computed from.
    private func writeKidneys(
        at moment: Moment, visit: Int, _ scribe: inout Scribe, _ levels: inout Levels, _ chance: inout Chance
    ) {
        let marks = content.marks
        let steady = levels.filtration(self, on: moment.day)
        let value = max(5, steady + content.measures[marks.egfr].within * 0.4 * chance.normal())
        let creatinine = Levels.creatinine(
            filtration: value, age: person.age(on: moment.day), female: person.female)
        scribe.writeMeasure(marks.creatinine, creatinine, at: moment, visit: visit)
        scribe.writeMeasure(marks.egfr, value, at: moment, visit: visit)
    }

    private func ask(
        _ plan: PlannedVisit, at moment: Moment, visit: Int, _ scribe: inout Scribe, _ mood: Mood,
        _ levels: inout Levels, _ chance: inout Chance
    ) {
        let marks = content.marks
        let day = plan.day
        let age = person.age(on: day)
        guard age >= 12 else { return }
        let low = mood.phq9(self, on: day, &chance)
        let depressed = has(marks.depression, on: day)
        var nine = depressed
        if plan.kind == .checkup, !has(marks.dementia, on: day) {
            if age >= 18 {
                let two = min(6, max(0, Int((Double(low) * 0.26 + chance.normal() * 0.5).rounded())))
                scribe.writeScreen(marks.phq2, two, at: moment, visit: visit)
                nine = nine || two >= 3
            } else {
                nine = true
            }
            if age >= 18, chance.happens(0.55) {
                scribe.writeScreen(marks.auditC, mood.auditC(self, on: day, &chance), at: moment, visit: visit)
            }
            if age >= 13, chance.happens(0.6) || has(marks.smoking, on: day) {
                scribe.writeSmoking(smoking(on: day), at: moment, visit: visit)
            }
        }
        if nine, plan.kind == .checkup || plan.reason == marks.depression || chance.happens(0.35) {
            scribe.writeScreen(age < 18 ? marks.phq9Teen : marks.phq9, low, at: moment, visit: visit)
        }
        if has(marks.anxiety, on: day), plan.kind == .checkup || plan.reason == marks.anxiety || chance.happens(0.3) {
            scribe.writeScreen(marks.gad7, mood.gad7(self, on: day, &chance), at: moment, visit: visit)
        }
        if age >= 18, plan.kind == .checkup, chance.happens(0.3) {
            for answer in content.answers {
                scribe.writeAnswer(answer, inNeed: has(answer.condition, on: day), at: moment, visit: visit)
            }
        }
    }

    private func smoking(on day: Day) -> Smoking {
        if has(content.marks.smoking, on: day) { return .daily }
        var chance = chance(22)
        let share = has(content.marks.lungDisease) ? 0.85 : person.age(on: day) > 40 ? 0.28 : 0.06
        return chance.happens(person.age(on: day) < 18 ? 0 : share) ? .former : .never
    }
}
