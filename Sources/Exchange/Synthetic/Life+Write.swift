extension Life {
    /// Writes the whole of a person's records.
    mutating func write(_ scribe: inout Scribe) {
        scribe.turn(to: person)
        scribe.writePatient()
        writeFamilyAndCover(&scribe)
        for index in onset.indices where has(index) {
            records[index] = scribe.writeCondition(index, from: Day(number: onset[index]), over: nil, visit: nil)
        }
        if let pregnancy {
            let found = pregnancy.start.plus(40)
            records[content.marks.pregnancy] =
                scribe.writeCondition(content.marks.pregnancy, from: found, over: pregnancy.birth, visit: nil)
        }
        writeMedicines(&scribe)
        for allergy in allergies { scribe.writeAllergy(allergy, on: max(first, last.plus(-500))) }
        if deniesAllergies { scribe.writeAllergy(nil, on: max(first, last.plus(-300))) }
        writeVisits(&scribe)
        writePrevention(&scribe)
        writeAppointment(&scribe)
    }

    private func writeFamilyAndCover(_ scribe: inout Scribe) {
        var chance = chance(10)
        let age = person.age(on: last)
        let tongue = content.languages[person.language]
        let mother = chance.happens(0.72)
        if age < 18 || has(content.marks.dementia) {
            let givens = mother ? tongue.women : tongue.men
            let relation: Relation =
                age < 18 ? (mother ? .mother : .father) : (mother ? .daughter : .son)
            scribe.writeRelative(relation, given: givens[chance.below(givens.count)], phone: chance.below(100))
        }
        let draw = chance.unit()
        let payer: Payer? =
            switch age {
            case ..<18: draw < 0.4 ? .medicaid : draw < 0.96 ? .insurer : nil
            case 65...: .medicare
            default:
                if has(content.marks.kidneyFailure) {
                    .medicare
                } else {
                    draw < 0.08 + 0.02 * Double(min(burden, 12)) ? .medicaid : draw < 0.91 ? .insurer : nil
                }
            }
        if let payer {
            let since = last.plus(-chance.between(200, 1800))
            scribe.writeCoverage(payer, from: max(person.birth, since))
        }
    }

    private func writeMedicines(_ scribe: inout Scribe) {
        var chance = chance(11)
        var groups: Set<Int> = []
        let age = person.age(on: last)
        for condition in onset.indices where has(condition) {
            for medicine in content.medicinesFor[condition] {
                let entry = content.medicines[medicine]
                guard suits(entry, age: age, on: last), !groups.contains(entry.group), chance.happens(entry.share)
                else { continue }
                groups.insert(entry.group)
                let begun = onset[condition]
                let latest = Day(number: min(max(begun, last.number - chance.between(5, 360)), last.number))
                scribe.writeMedicine(
                    medicine, on: latest, status: person.died == nil ? "active" : "stopped",
                    problem: records[condition], visit: nil)
                guard rich else { continue }
                var earlier = latest.plus(-180)
                while earlier.number >= max(begun, first.number) {
                    scribe.writeMedicine(
                        medicine, on: earlier, status: "completed", problem: records[condition], visit: nil)
                    earlier = earlier.plus(-180)
                }
            }
        }
    }

    /// Whether nothing about the person rules a medicine out.
    func suits(_ medicine: MedicineEntry, age: Int, on day: Day) -> Bool {
        medicine.ages.contains(age)
            && !medicine.avoid.contains { has($0, on: day) }
            && !medicine.avoidAllergies.contains { allergies.contains($0) }
    }

    private func writePrevention(_ scribe: inout Scribe) {
        var chance = chance(12)
        for entry in content.immunizations {
            let from = person.birth.plus(Int(Double(entry.months.lowerBound) * 30.4369))
            let until = person.birth.plus(Int(Double(entry.months.upperBound) * 30.4369))
            if entry.every == 0 {
                let day = from.plus(chance.below(24))
                if day > first, day <= last, chance.happens(entry.share) { scribe.writeImmunization(entry, on: day) }
                continue
            }
            var day = first.plus(chance.below(entry.every))
            // Influenza vaccine is given in autumn.
            if entry.every == 365 { day = first.newYear.plus(273 + chance.below(80)) }
            while day <= last {
                if day > first, day >= from, day <= until, chance.happens(entry.share) {
                    scribe.writeImmunization(entry, on: workday(day))
                }
                day = day.plus(entry.every)
            }
        }
        for entry in content.procedures where entry.every > 0 && (person.female ? entry.women : entry.men) {
            var day = first.plus(chance.below(entry.every))
            while day <= last {
                let wanted = entry.needs.isEmpty || entry.needs.contains { has($0, on: day) }
                if wanted, entry.ages.contains(person.age(on: day)), chance.happens(entry.share), day > first.plus(3) {
                    scribe.writeProcedure(entry, on: workday(day), visit: nil)
                }
                day = day.plus(entry.every)
            }
        }
    }

    private func writeAppointment(_ scribe: inout Scribe) {
        var chance = chance(13)
        guard person.died == nil, chance.happens(burden >= 3 ? 0.35 : 0.08) else { return }
        let day = workday(asOf.plus(chance.between(4, 50)))
        scribe.writeAppointment(at: Moment(day: day, minute: 480 + 30 * chance.below(16)), about: Array("Visit".utf8))
    }
}
