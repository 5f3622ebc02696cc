/// Where somebody went after a hospital stay; codes of HL7 discharge-disposition.
enum Disposition: String, Sendable {
    case home, snf, rehab, hosp, exp, aadvice

    var words: StaticString {
        switch self {
        case .home: "Home"
        case .snf: "Skilled nursing facility"
        case .rehab: "Rehabilitation"
        case .hosp: "Hospice"
        case .exp: "Died"
        case .aadvice: "Left against advice"
        }
    }
}

/// A visit that took place or is under way.
struct VisitFacts {
    var kind: VisitKind
    var start: Moment
    /// Nil while the person is still there.
    var end: Moment?
    /// Index of the condition that led to it.
    var reason: Int?
    /// Number of the person's Condition record for that reason.
    var problem: Int?
    var viaEmergency = false
    var disposition: Disposition?
}

extension Scribe {
    /// Number of the Encounter.
    mutating func writeVisit(_ visit: VisitFacts) -> Int {
        let number = begin(.encounter)
        line.add(visit.end == nil ? #"","status":"in-progress","# : #"","status":"finished","#)
        line.add(content.visits[visit.kind]?.body ?? [])
        patient(as: "subject")
        line.add(#","participant":[{"individual":"#)
        let inHospital = visit.kind == .emergency || visit.kind == .inpatient
        practitioner(inHospital ? person.hospitalPractitioner : person.practitioner)
        line.add(#"}],"period":{"start":""#)
        line.add(moment: visit.start)
        if let end = visit.end {
            line.add(#"","end":""#)
            line.add(moment: end)
        }
        line.add(#""}"#)
        if let reason = visit.reason {
            line.add(#","reasonCode":["#)
            line.add(content.conditions[reason].code)
            line.add("]")
        }
        if let problem = visit.problem {
            line.add(#","reasonReference":["#)
            reference("Condition", .condition, problem)
            line.add("]")
            if inHospital {
                line.add(#","diagnosis":[{"condition":"#)
                reference("Condition", .condition, problem)
                line.add("}]")
            }
        }
        if visit.kind == .inpatient {
            line.add(
                #","hospitalization":{"admitSource":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/admit-source","code":""#
            )
            line.add(visit.viaEmergency ? #"emd"}]}"# : #"gp"}]}"#)
            if let disposition = visit.disposition, visit.end != nil {
                line.add(
                    #","dischargeDisposition":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/discharge-disposition","code":""#
                )
                line.add(Array(disposition.rawValue.utf8))
                line.add(#""}],"text":""#)
                line.add(disposition.words)
                line.add(#""}"#)
            }
            line.add("}")
        }
        line.add(#","serviceProvider":"#)
        organization(person.organization)
        line.add("}")
        end(.encounter)
        return number
    }

    /// Number of the Condition. It lasts while `over` is nil; `visit` is the Encounter in which it was found.
    mutating func writeCondition(_ condition: Int, from: Day, over: Day?, visit: Int?) -> Int {
        let number = begin(.condition)
        line.add(
            #"","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":""#
        )
        line.add(over == nil ? "active" : "resolved")
        line.add(
            #""}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":""#
        )
        let entry = content.conditions[condition]
        line.add(entry.isAcute ? #"encounter-diagnosis"}]}"# : #"problem-list-item"}]}"#)
        if entry.kind == .social {
            line.add(
                #",{"coding":[{"system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-category","code":"sdoh"}]}"#)
        }
        line.add(#"],"code":"#)
        line.add(entry.code)
        patient(as: "subject")
        encounter(visit)
        line.add(#","onsetDateTime":""#)
        line.add(day: from)
        if let over {
            line.add(#"","abatementDateTime":""#)
            line.add(day: over)
        }
        line.add(#"","recordedDate":""#)
        line.add(day: from)
        line.add(#""}"#)
        end(.condition)
        return number
    }

    /// A prescription for the Condition numbered `problem`; status `active`, `completed` or `stopped`.
    mutating func writeMedicine(_ medicine: Int, on day: Day, status: StaticString, problem: Int, visit: Int?) {
        _ = begin(.medicationRequest)
        let entry = content.medicines[medicine]
        line.add(#"","status":""#)
        line.add(status)
        line.add(#"","intent":"order","medicationCodeableConcept":"#)
        line.add(entry.code)
        patient(as: "subject")
        encounter(visit)
        line.add(#","authoredOn":""#)
        line.add(day: day)
        line.add(#"","requester":"#)
        practitioner(person.practitioner)
        line.add(#","reasonReference":["#)
        reference("Condition", .condition, problem)
        line.add("],")
        line.add(entry.dosage)
        line.add("}")
        end(.medicationRequest)
    }

    /// An allergy, or the statement that there is none.
    mutating func writeAllergy(_ allergy: Int?, on day: Day) {
        _ = begin(.allergyIntolerance)
        line.add(
            #"","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"confirmed"}]},"#
        )
        if let allergy {
            line.add(content.allergies[allergy].body)
        } else {
            line.add(
                #""code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}],"text":"No known allergies"}"#
            )
        }
        patient(as: "patient")
        line.add(#","recordedDate":""#)
        line.add(day: day)
        line.add(#""}"#)
        end(.allergyIntolerance)
    }

    mutating func writeImmunization(_ immunization: ImmunizationEntry, on day: Day) {
        _ = begin(.immunization)
        line.add(#"","status":"completed","vaccineCode":"#)
        line.add(immunization.code)
        patient(as: "patient")
        line.add(#","occurrenceDateTime":""#)
        line.add(day: day)
        line.add(#"","primarySource":true}"#)
        end(.immunization)
    }

    mutating func writeProcedure(_ procedure: ProcedureEntry, on day: Day, visit: Int?) {
        _ = begin(.procedure)
        line.add(#"","status":"completed","code":"#)
        line.add(procedure.code)
        patient(as: "subject")
        encounter(visit)
        line.add(#","performedDateTime":""#)
        line.add(day: day)
        line.add(#""}"#)
        end(.procedure)
    }

    /// A booked appointment of half an hour with the person's practitioner.
    mutating func writeAppointment(at start: Moment, about words: [UInt8]) {
        _ = begin(.appointment)
        line.add(#"","status":"booked","description":""#)
        line.add(words)
        line.add(#"","start":""#)
        line.add(moment: start)
        line.add(#"","end":""#)
        line.add(moment: start.plus(minutes: 30))
        line.add(#"","minutesDuration":30,"participant":[{"actor":{"reference":"Patient/"#)
        line.add(person.id)
        line.add(#""},"status":"accepted"},{"actor":"#)
        practitioner(person.practitioner)
        line.add(#","status":"accepted"}]}"#)
        end(.appointment)
    }
}
