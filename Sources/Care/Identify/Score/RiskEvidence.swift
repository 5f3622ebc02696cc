import FHIR
import Records

/// What is stored of a person and can matter to risk, read out of the resources.
///
/// Refuted and mistaken entries are left out. Times are milliseconds since 1970-01-01T00:00Z.
struct RiskEvidence {
    struct Stay {
        let visit: Visit
        let reference: String
        /// Unplanned by the record itself (`Encounter.priority`); nil when it does not say.
        let isUrgent: Bool?
        let firstDay: CalendarDay
        let lastDay: CalendarDay?
    }

    private(set) var birth: CalendarDay?
    private(set) var sex = AdministrativeSex.unknown
    private(set) var isDeceased = false
    private(set) var diagnoses: [(reference: String, diagnosis: DatedDiagnosis)] = []
    private(set) var stays: [Stay] = []
    private(set) var medicines: [(reference: String, code: String)] = []
    private(set) var screens: [ScreenResult] = []
    private(set) var answers: [(reference: String, at: Int64, answer: SocialNeedRules.Answer)] = []
    private(set) var overrides: [StoredOverride] = []

    var visits: [Visit] { stays.map(\.visit) }

    /// The types that are read.
    static let types: Set<String> = [
        "Patient", "Condition", "Encounter", "MedicationRequest", "Observation", "RiskAssessment",
    ]

    init(_ record: PersonRecord, rules: RiskRules) {
        if let patient = record.patient?.root {
            birth = patient.text("birthDate").flatMap { FHIRDate($0, as: .date)?.firstDay }
            sex = patient.text("gender").flatMap(AdministrativeSex.init) ?? .unknown
            isDeceased = PersonState.isDeceased(patient)
        }
        for condition in record.all("Condition") {
            add(condition: condition, rules)
        }
        for encounter in record.all("Encounter") {
            add(encounter: encounter)
        }
        for order in record.all("MedicationRequest") {
            add(order: order)
        }
        for observation in record.all("Observation") {
            add(observation: observation, rules)
        }
        overrides = record.all("RiskAssessment").compactMap { StoredOverride($0) }
    }

    private mutating func add(condition: Resource, _ rules: RiskRules) {
        let root = condition.root
        let doubt = root.text("verificationStatus", "coding", "code")
        guard doubt != "refuted", doubt != "entered-in-error" else {
            return
        }
        let codings = Self.codings(root["code"])
        guard !codings.isEmpty else {
            return
        }
        let onset = Self.moment(root, ["onsetDateTime"]) ?? Self.moment(root["onsetPeriod"], ["start"])
        let recorded = Self.moment(root, ["recordedDate"])
        let from = [onset, recorded].compactMap { $0 }.min() ?? condition.updated
        var until = Self.moment(root, ["abatementDateTime"]) ?? Self.moment(root["abatementPeriod"], ["end", "start"])
        let state = root.text("clinicalStatus", "coding", "code")
        if until == nil, state == "resolved" || state == "inactive" || state == "remission" {
            // Over, nobody wrote when: known for sure only at its last record.
            until = max(from, recorded ?? from)
        }
        diagnoses.append(
            (condition.reference, DatedDiagnosis(rules.models.resolver.resolve(codings), from: from, until: until)))
    }

    private static let happened: Set<String> = ["arrived", "triaged", "in-progress", "onleave", "finished", "unknown"]

    private mutating func add(encounter: Resource) {
        let root = encounter.root
        guard let status = root.text("status"), Self.happened.contains(status),
            let classCode = root.text("class", "code"), let written = root.text("period", "start"),
            let start = FHIRDate(written)
        else {
            return
        }
        var kind = Visit.Kind(classCode: classCode)
        guard kind != .other else {
            return
        }
        if kind == .inpatient, let coded = Self.kindByType(root) {
            kind = coded
        }
        let end = root.text("period", "end").flatMap { FHIRDate($0) }
        let priority = root.text("priority", "coding", "code")
        stays.append(
            Stay(
                visit: Visit(kind, start: start.low, end: end.map { max($0.low, start.low) }),
                reference: encounter.reference,
                isUrgent: priority.map {
                    ["EM", "UR", "A", "CR", "S", "CS", "P", "R"].firstIndex(of: $0).map { $0 < 5 } ?? false
                },
                firstDay: start.firstDay, lastDay: end?.firstDay))
    }

    /// Stays that are coded inpatient and are no acute admission, by SNOMED CT type: hospice and detoxification;
    /// observation.
    private static func kindByType(_ root: JSONNode) -> Visit.Kind? {
        for type in root.list("type") {
            for coding in type.list("coding") {
                switch coding.text("code") {
                case "305336008", "56876005": return .nonAcute
                case "76464004": return .observation
                default: continue
                }
            }
        }
        return nil
    }

    private mutating func add(order: Resource) {
        let root = order.root
        guard root.text("status") == "active", root["doNotPerform"]?.bool != true else {
            return
        }
        var concept = root["medicationCodeableConcept"]
        if concept == nil, let reference = root.text("medicationReference", "reference"), reference.hasPrefix("#") {
            concept = root.list("contained").first { $0.text("id") == String(reference.dropFirst()) }?["code"]
        }
        let codings = Self.codings(concept)
        let rxnorm = codings.first { $0.system == "http://www.nlm.nih.gov/research/umls/rxnorm" }
        let words = concept?.text("text") ?? root.text("medicationReference", "reference")
        guard let code = rxnorm?.code ?? codings.first?.code ?? words else {
            return
        }
        medicines.append((order.reference, code))
    }

    private mutating func add(observation: Resource, _ rules: RiskRules) {
        let root = observation.root
        guard let status = root.text("status"), ["final", "amended", "corrected"].contains(status) else {
            return
        }
        let at =
            Self.moment(root, ["effectiveDateTime", "effectiveInstant", "issued"])
            ?? Self.moment(root["effectivePeriod"], ["start"])
        guard let at else {
            return
        }
        read(root, of: observation, at, rules)
        for component in root.list("component") {
            read(component, of: observation, at, rules)
        }
    }

    private mutating func read(_ node: JSONNode, of observation: Resource, _ at: Int64, _ rules: RiskRules) {
        let number = node["valueQuantity"]?["value"]?.double ?? node["valueInteger"]?.double
        let points = number.flatMap { $0.isFinite && abs($0) < 1_000_000 ? Int($0) : nil }
        for coding in Self.codings(node["code"]) {
            if let screen = rules.screens[coding.code] {
                let verdict = node.text("interpretation", "coding", "code")
                let least = sex == .female ? screen.leastFemale : screen.least
                let isAbnormal: Bool? =
                    switch verdict {
                    case "POS", "A", "AA", "H", "HH": true
                    case "NEG", "N": false
                    default: points.map { $0 >= least }
                    }
                if let isAbnormal {
                    screens.append(
                        ScreenResult(
                            domain: screen.domain, label: screen.label, total: points, isAbnormal: isAbnormal, at: at,
                            place: screen.place, reference: observation.reference))
                }
            }
            var given = Self.codings(node["valueCodeableConcept"]).map(\.code)
            if let points {
                given.append(String(points))
            }
            for answer in given {
                answers.append(
                    (observation.reference, at, SocialNeedRules.Answer(question: coding.code, answer: answer)))
            }
        }
    }

    private static func codings(_ concept: JSONNode?) -> [(system: String, code: String)] {
        (concept?.list("coding") ?? []).compactMap { coding in
            coding.text("code").map { (coding.text("system") ?? "", $0) }
        }
    }

    private static func moment(_ node: JSONNode?, _ names: [String]) -> Int64? {
        for name in names {
            if let text = node?[name]?.string, let date = FHIRDate(text) {
                return date.low
            }
        }
        return nil
    }
}
