extension Scribe {
    private mutating func beginObservation(_ head: [UInt8], at moment: Moment, visit: Int?) {
        _ = begin(.observation)
        line.add(head)
        patient(as: "subject")
        encounter(visit)
        line.add(#","effectiveDateTime":""#)
        line.add(moment: moment)
        line.add(#"""#)
    }

    private mutating func quantity(_ measure: MeasureEntry, _ value: Double) {
        line.add(#","valueQuantity":{"value":"#)
        line.add(decimal: min(max(value, measure.low), measure.high), places: measure.places)
        line.add(measure.unit)
    }

    /// One measurement, kept within what a living person can have.
    mutating func writeMeasure(_ measure: Int, _ value: Double, at moment: Moment, visit: Int?) {
        let entry = content.measures[measure]
        beginObservation(entry.head, at: moment, visit: visit)
        quantity(entry, value)
        line.add("}")
        end(.observation)
    }

    /// The blood pressure panel with both its components, in mmHg.
    mutating func writeBloodPressure(_ upper: Double, _ lower: Double, at moment: Moment, visit: Int?) {
        let marks = content.marks
        beginObservation(content.measures[marks.bloodPressure].head, at: moment, visit: visit)
        line.add(#","component":[{"code":"#)
        line.add(content.measures[marks.systolic].code)
        quantity(content.measures[marks.systolic], upper)
        line.add(#"},{"code":"#)
        line.add(content.measures[marks.diastolic].code)
        quantity(content.measures[marks.diastolic], min(lower, upper - 15))
        line.add("}]}")
        end(.observation)
    }

    /// The total of a questionnaire, within its range.
    mutating func writeScreen(_ screen: ScreenEntry, _ total: Int, at moment: Moment, visit: Int?) {
        beginObservation(screen.head, at: moment, visit: visit)
        line.add(#","valueQuantity":{"value":"#)
        line.add(number: min(max(total, 0), screen.most))
        line.add(#","unit":"{score}","system":"http://unitsofmeasure.org","code":"{score}"}}"#)
        end(.observation)
    }

    /// A coded answer about a social need.
    mutating func writeAnswer(_ answer: AnswerEntry, inNeed: Bool, at moment: Moment, visit: Int?) {
        beginObservation(answer.head, at: moment, visit: visit)
        line.add(#","valueCodeableConcept":"#)
        line.add(inNeed ? answer.need : answer.fine)
        line.add("}")
        end(.observation)
    }

    /// Tobacco smoking status, LOINC 72166-2 with its SNOMED CT answers.
    mutating func writeSmoking(_ status: Smoking, at moment: Moment, visit: Int?) {
        _ = begin(.observation)
        line.add(
            #"","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"social-history"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"72166-2"}],"text":"Smoking"}"#
        )
        patient(as: "subject")
        encounter(visit)
        line.add(#","effectiveDateTime":""#)
        line.add(moment: moment)
        line.add(#"","valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":""#)
        line.add(status.code)
        line.add(#""}],"text":""#)
        line.add(status.words)
        line.add(#""}}"#)
        end(.observation)
    }
}

/// Whether somebody smokes.
enum Smoking: String, Sendable {
    case daily, former, never

    var code: StaticString {
        switch self {
        case .daily: "449868002"
        case .former: "8517006"
        case .never: "266919005"
        }
    }

    var words: StaticString {
        switch self {
        case .daily: "Smokes every day"
        case .former: "Used to smoke"
        case .never: "Never smoked"
        }
    }
}
