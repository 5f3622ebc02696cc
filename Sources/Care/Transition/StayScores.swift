import FHIR
package import Records

/// LACE and HOSPITAL of one stay, from what is on file at discharge.
///
/// What FHIR records rarely say is read simply and said so: the service is never oncology, and the admission is urgent
/// when the stay says so or followed an emergency visit.
package struct StayScores: Sendable, Equatable {
    package let lace: LACE
    package let hospital: HOSPITALScore

    static let types: Set<String> = ["Encounter", "Condition", "Procedure", "Observation"]

    /// - Returns: nil while the stay lasts.
    package init?(_ stay: Stay, among found: FindStays, record: PersonRecord, risk: RiskModels) {
        guard let discharged = stay.discharged, let days = stay.days else {
            return nil
        }
        let codes = Self.comorbidity(record, at: discharged, risk)
        let sixMonths = Visit.monthsBefore(stay.admitted, 6)..<stay.admitted
        lace = LACE(
            days: days, isAcute: stay.urgency == .unplanned, charlson: risk.charlson(.lace2010, codes: codes),
            variant: .lace2010, edVisits: found.emergencyVisits.count { sixMonths.contains($0) })
        let year = Visit.monthsBefore(stay.admitted, 12)..<stay.admitted
        let hadProcedure = record.all("Procedure").contains { procedure in
            guard procedure.root.text("status") == "completed", let at = Self.moment(procedure.root) else {
                return false
            }
            return at >= stay.admitted && at <= discharged
        }
        hospital = HOSPITALScore(
            HOSPITALScore.Inputs(
                haemoglobin: Self.latest(["718-7"], record, until: discharged), dischargedFromOncology: false,
                sodium: Self.latest(["2951-2", "2947-0"], record, until: discharged), hadProcedure: hadProcedure,
                isUrgent: stay.urgency == .unplanned,
                earlierAdmissions: found.stays.count { $0.kind == .acute && year.contains($0.admitted) }, days: days))
    }

    package var laceWords: String { "LACE \(lace.total) of 19, \(lace.band.rawValue)" }

    package var hospitalWords: String {
        let range = hospital.points
        let points =
            range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        return "HOSPITAL \(points) of 13" + (hospital.band.map { ", \($0.rawValue)" } ?? "")
    }

    /// Kept as one RiskAssessment, each score a prediction with its reasons in words.
    func resource(person: String, stay: Stay, key: String) -> JSON {
        func prediction(_ code: String, _ words: String, _ band: String?) -> JSON {
            JSON.compact([
                "outcome": [
                    "coding": [["system": "urn:almoner:risk", "code": .string(code)]],
                    "text": "Death or readmission within 30 days",
                ],
                "qualitativeRisk": band.map { ["text": .string($0)] },
                "rationale": .string(words),
            ])
        }
        let missing = hospital.missing.isEmpty ? [] : ["Not on file: " + hospital.missing.joined(separator: ", ") + "."]
        let notes = missing + ["LACE: van Walraven 2010. HOSPITAL: Donzé 2016; discharge from oncology is not read."]
        return JSON.compact([
            "resourceType": "RiskAssessment",
            "identifier": [["system": .string(OpenTask.keySystem), "value": .string(key)]],
            "status": "final",
            "method": [
                "coding": [["system": "urn:almoner:risk", "code": "discharge-scores"]], "text": "LACE and HOSPITAL",
            ],
            "subject": ["reference": .string("Patient/\(person)")],
            "encounter": ["reference": .string("Encounter/\(stay.last)")],
            "occurrenceDateTime": .string(FHIRDate.instant(stay.discharged ?? stay.admitted)),
            "prediction": [
                prediction("lace", laceWords, lace.band.rawValue),
                prediction("hospital-score", hospitalWords, hospital.band?.rawValue),
            ],
            "note": .array(notes.map { ["text": .string($0)] }),
        ])
    }

    private static func comorbidity(_ record: PersonRecord, at moment: Int64, _ risk: RiskModels) -> [CodeBook.ID] {
        let diagnoses = record.all("Condition").compactMap { condition -> DatedDiagnosis? in
            let root = condition.root
            let doubt = root.text("verificationStatus", "coding", "code") ?? ""
            let codings = (root["code"]?.list("coding") ?? []).compactMap { coding in
                coding.text("code").map { (system: coding.text("system") ?? "", code: $0) }
            }
            guard !["refuted", "entered-in-error"].contains(doubt), !codings.isEmpty else {
                return nil
            }
            let from = [root.text("onsetDateTime"), root.text("onsetPeriod", "start"), root.text("recordedDate")]
                .compactMap { $0.flatMap { FHIRDate($0)?.low } }.min()
            let until = root.text("abatementDateTime").flatMap { FHIRDate($0)?.low }
            return DatedDiagnosis(risk.resolver.resolve(codings), from: from ?? condition.updated, until: until)
        }
        return LookBack(diagnoses, asOf: moment, models: risk).comorbidity.compactMap { $0.diagnosis.map(risk.book.id) }
    }

    private static func moment(_ root: JSONNode) -> Int64? {
        let said = root.text("performedDateTime") ?? root.text("performedPeriod", "start")
        return said.flatMap { FHIRDate($0)?.low }
    }

    /// The last final value before a moment.
    private static func latest(_ codes: Set<String>, _ record: PersonRecord, until: Int64) -> Double? {
        var newest: (at: Int64, value: Double)?
        for observation in record.all("Observation") {
            let root = observation.root
            guard ["final", "amended", "corrected"].contains(root.text("status") ?? ""),
                root["code"]?.list("coding").contains(where: { codes.contains($0.text("code") ?? "") }) == true,
                let value = root["valueQuantity"]?["value"]?.double,
                let at = root.text("effectiveDateTime").flatMap({ FHIRDate($0)?.low }), at <= until,
                at > newest?.at ?? .min
            else {
                continue
            }
            newest = (at, value)
        }
        return newest?.value
    }
}
