import HTTPTypes

/// Searches, made from the parameters of some types: each kind with each of its modifiers and prefixes.
enum MatrixSearches {
    enum Kind {
        case token, string, date, number, quantity, uri, composite, special
        /// To a type, of which a visible, a hidden and an absent one are asked for.
        case reference(String)
    }

    struct Parameter {
        let type: String
        let code: String
        let kind: Kind
        let values: [String]

        init(_ type: String, _ code: String, _ kind: Kind, _ values: [String]) {
            self.type = type
            self.code = code
            self.kind = kind
            self.values = values
        }
    }

    static let parameters: [Parameter] = [
        .init("Patient", "identifier", .token, ["urn:all|same", "urn:mrn|p1", "p2", "urn:mrn|", "urn:mrn|none"]),
        .init("Patient", "active", .token, ["true"]),
        .init("Patient", "gender", .token, ["female", "male,female"]),
        .init("Patient", "phone", .token, ["555-0100", "phone|555-0100"]),
        .init("Patient", "_tag", .token, ["urn:tags|common", "common"]),
        .init("Patient", "_security", .token, ["R"]),
        .init("Patient", "_source", .uri, ["urn:feed"]),
        .init("Patient", "_profile", .uri, ["http://forms/p/person", "http://forms/p"]),
        .init("Patient", "name", .string, ["stone", "ann 1", "ONE"]),
        .init("Patient", "family", .string, ["Stone", "St"]),
        .init("Patient", "given", .string, ["Ann 1"]),
        .init("Patient", "address-city", .string, ["Ghent"]),
        .init("Patient", "birthdate", .date, ["1950-02-01", "1950"]),
        .init("Patient", "_lastUpdated", .date, ["2026-09-21", "2027"]),
        .init("Patient", "general-practitioner", .reference("Practitioner"), ["ruth"]),
        .init("Patient", "organization", .reference("Organization"), ["org1"]),
        .init("Patient", "link", .reference("Patient"), ["p1", "p3", "p5"]),
        .init("Observation", "code", .token, ["http://loinc.org|85354-9", "29463-7", "shared", "http://loinc.org|"]),
        .init("Observation", "category", .token, ["vital-signs"]),
        .init("Observation", "status", .token, ["final"]),
        .init("Observation", "identifier", .token, ["urn:obs|twin", "urn:obs|hidden", "urn:obs|own"]),
        .init("Observation", "component-code", .token, ["8480-6"]),
        .init("Observation", "combo-code", .token, ["8480-6", "29463-7"]),
        .init("Observation", "_profile", .uri, ["http://forms/a", "http://forms/a/zz"]),
        .init("Observation", "date", .date, ["2026-03", "2026-03-01T09:30:00Z"]),
        .init("Observation", "value-quantity", .quantity, ["71", "70|http://unitsofmeasure.org|kg", "72||kg"]),
        .init("Observation", "component-value-quantity", .quantity, ["130", "80||mm[Hg]"]),
        .init("Observation", "combo-value-quantity", .quantity, ["130", "71"]),
        .init("Observation", "subject", .reference("Patient"), ["p2"]),
        .init("Observation", "patient", .reference("Patient"), ["p5"]),
        .init("Observation", "performer", .reference("Patient"), ["p1", "p3", "p5"]),
        .init("Observation", "encounter", .reference("Encounter"), ["n-p2"]),
        .init("Observation", "device", .reference("Device"), ["d1"]),
        .init("Observation", "has-member", .reference("Observation"), ["o-p2-wt"]),
        .init("Observation", "derived-from", .reference("Observation"), ["o-p2-bp"]),
        .init("Observation", "focus", .reference("Patient"), ["p2"]),
        .init(
            "Observation", "code-value-quantity", .composite,
            ["http://loinc.org|29463-7$gt70", "29463-7$71", "29463-7$lt100||kg"]),
        .init(
            "Observation", "component-code-value-quantity", .composite, ["http://loinc.org|8480-6$130", "8480-6$lt80"]),
        .init("Condition", "code", .token, ["http://snomed.info/sct|44054006", "44054006"]),
        .init("Condition", "clinical-status", .token, ["active"]),
        .init("Condition", "onset-date", .date, ["2020-06", "2020"]),
        .init("Condition", "evidence-detail", .reference("Observation"), ["o-p2-bp"]),
        .init("Condition", "subject", .reference("Patient"), ["p2"]),
        .init("Encounter", "class", .token, ["AMB"]),
        .init("Encounter", "date", .date, ["2026-03-04", "2026-03"]),
        .init("Encounter", "part-of", .reference("Encounter"), ["n-p1", "n-p3"]),
        .init("Encounter", "participant", .reference("Practitioner"), ["ruth"]),
        .init("Encounter", "location", .reference("Location"), ["loc1"]),
        .init("Encounter", "service-provider", .reference("Organization"), ["org1"]),
        .init("EpisodeOfCare", "care-manager", .reference("Practitioner"), ["ruth"]),
        .init("EpisodeOfCare", "status", .token, ["active"]),
        .init("RiskAssessment", "probability", .number, ["0.4", "0.25"]),
        .init("RiskAssessment", "condition", .reference("Condition"), ["c-p2"]),
        .init("QuestionnaireResponse", "questionnaire", .reference("Questionnaire"), ["q1"]),
        .init("MedicationRequest", "medication", .reference("Medication"), ["m1"]),
        .init("Task", "focus", .reference("Condition"), ["c-p1", "c-p3", "c-p5"]),
        .init("List", "item", .reference("Condition"), ["c-p2"]),
        .init("Group", "member", .reference("Patient"), ["p2"]),
        .init("Goal", "start-date", .date, ["2026-02"]),
        .init("RelatedPerson", "name", .string, ["Kin 1", "stone"]),
        .init("Device", "identifier", .token, ["urn:device|1"]),
        .init("Location", "near", .special, ["51.05|3.7|10|km"]),
        .init("Questionnaire", "url", .uri, ["http://forms/a/mood", "http://forms/a"]),
    ]

    private static let prefixes = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]

    /// A group for each parameter.
    static var byParameter: [MatrixGroup] {
        parameters.map { parameter in
            let type = parameter.type
            let code = parameter.code
            var asked: [(String, String)] = variants(of: parameter)
            if !code.hasPrefix("_last") {
                asked += [("\(code):missing", "true"), ("\(code):missing", "false")]
            }
            var requests = asked.map { MatrixRequest.search(type, [$0]) }
            let first = (code, parameter.values[0])
            requests += [
                .search(type, [first, ("_total", "accurate")]), .search(type, [first, ("_summary", "count")]),
                .search(type, [first, ("_count", "0")]), .search(type, [first, ("_count", "1")]),
                .search(type, [(code, parameter.values[0]), ("_sort", "-_lastUpdated"), ("_count", "2")]),
                .search(type, [("_sort", code), ("_count", "2")]), .search(type, [("_sort", "-\(code)")]),
                .searchByForm(type, [first]),
            ]
            return MatrixGroup("\(type).\(code)", requests)
        }
    }

    private static func variants(of parameter: Parameter) -> [(String, String)] {
        let code = parameter.code
        func each(_ modifiers: [String], _ values: [String]) -> [(String, String)] {
            modifiers.flatMap { modifier in values.map { (code + modifier, $0) } }
        }
        switch parameter.kind {
        case .token:
            return each(["", ":not", ":text", ":in"], parameter.values)
                + (code == "identifier"
                    ? [(code + ":of-type", "http://terminology.hl7.org/CodeSystem/v2-0203|MR|T")] : [])
        case .string: return each(["", ":exact", ":contains"], parameter.values)
        case .date, .number: return prefixes.flatMap { prefix in parameter.values.map { (code, prefix + $0) } }
        case .quantity: return prefixes.flatMap { prefix in parameter.values.map { (code, prefix + $0) } }
        case .uri: return each(["", ":above", ":below"], parameter.values)
        case .composite, .special: return each([""], parameter.values)
        case .reference(let target):
            return (parameter.values + ["px"]).flatMap { id in
                [
                    (code, "\(target)/\(id)"), (code, id), (code, "http://here/fhir/\(target)/\(id)"),
                    ("\(code):\(target)", id), ("\(code):identifier", "urn:mrn|\(id)"),
                    ("\(code):\(target)._id", id),
                ]
            }
        }
    }

    /// What only hidden ones lead to.
    static let chains = MatrixGroup("chains", chained.map { .search($0.0, [($0.1, $0.2)]) })
    private static let chained: [(String, String, String)] = [
        ("Observation", "subject:Patient.family", "Stone"), ("Observation", "patient.identifier", "urn:mrn|p1"),
        ("Observation", "patient.identifier", "urn:all|same"), ("Observation", "patient.name:contains", "NN 1"),
        ("Observation", "patient.gender:not", "female"), ("Observation", "patient.birthdate", "lt1950-02"),
        ("Observation", "patient.organization.name", "Part"),
        ("Observation", "patient.organization.partof.name", "Whole"),
        ("Observation", "performer:Patient.identifier", "urn:mrn|p1"),
        ("Observation", "performer:Patient.identifier", "urn:mrn|p3"),
        ("Observation", "performer:Patient.name:missing", "false"),
        ("Observation", "performer:Patient.name:missing", "true"),
        ("Observation", "performer:Patient.gender:not", "other"),
        ("Observation", "performer:Patient._id", "p1"), ("Observation", "performer:Patient._tag", "common"),
        ("Observation", "performer:Patient._lastUpdated", "gt2020"),
        ("Observation", "performer:Patient.general-practitioner", "Practitioner/ruth"),
        ("Observation", "performer:Patient.general-practitioner.name", "Adeyemi"),
        ("Observation", "derived-from:Observation.code", "85354-9"),
        ("Observation", "derived-from:Observation.component-value-quantity", "130"),
        ("Observation", "derived-from:Observation.patient.identifier", "urn:mrn|p3"),
        ("Observation", "has-member:Observation.value-quantity", "gt1"),
        ("Observation", "device:Device.identifier", "urn:device|1"), ("Observation", "device:Device._id", "d1"),
        ("Observation", "encounter.part-of.class", "AMB"),
        ("Observation", "encounter.part-of.subject:Patient.identifier", "urn:mrn|p3"),
        ("Encounter", "part-of.class", "AMB"), ("Encounter", "part-of.subject:Patient.family", "Stone"),
        ("Encounter", "part-of.date", "2026-03"), ("Encounter", "part-of.part-of.class", "AMB"),
        ("Condition", "evidence-detail:Observation.code", "85354-9"),
        ("Condition", "evidence-detail:Observation.patient.identifier", "urn:mrn|p1"),
        ("Condition", "encounter.part-of._id", "n-p1"), ("Task", "focus:Condition.code", "44054006"),
        ("Task", "focus:Condition.subject:Patient.identifier", "urn:mrn|p1"),
        ("Task", "focus:Condition.onset-date", "2020"), ("List", "item:Condition.code", "44054006"),
        ("Patient", "link:Patient.identifier", "urn:mrn|p1"), ("Patient", "link:Patient.family", "Stone"),
        ("Patient", "link:Patient.link:Patient.family", "Stone"),
        ("RiskAssessment", "condition.code", "44054006"),
        ("QuestionnaireResponse", "questionnaire.url", "http://forms/a/mood"),
    ]

    static let reverseChains = MatrixGroup("_has", reversed.map { .search($0.0, [($0.1, $0.2)]) })
    private static let reversed: [(String, String, String)] = [
        ("Patient", "_has:Observation:patient:code", "85354-9"), ("Patient", "_has:Observation:patient:code", "shared"),
        ("Patient", "_has:Observation:performer:code", "29463-7"), ("Patient", "_has:Observation:focus:code", "shared"),
        ("Patient", "_has:Observation:performer:code:not", "x"),
        ("Patient", "_has:Observation:focus:_id", "o-crowd-1"), ("Patient", "_has:Observation:focus:status", "final"),
        ("Patient", "_has:Observation:focus:identifier:missing", "false"),
        ("Patient", "_has:Group:member:_id", "g1"), ("Patient", "_has:List:item:_id", "l-all"),
        ("Patient", "_has:List:subject:status", "current"), ("Patient", "_has:Patient:link:identifier", "urn:mrn|p1"),
        ("Patient", "_has:Patient:link:gender", "male"), ("Patient", "_has:Condition:recorder:code", "44054006"),
        ("Patient", "_has:Condition:subject:code", "44054006"), ("Patient", "_has:Condition:asserter:code", "44054006"),
        ("Patient", "_has:EpisodeOfCare:patient:status", "active"),
        ("Patient", "_has:Observation:performer:_has:Condition:evidence-detail:code", "44054006"),
        ("Patient", "_has:Observation:patient:_has:Condition:evidence-detail:code", "44054006"),
        ("Patient", "_has:Observation:patient:_has:Observation:derived-from:code", "29463-7"),
        ("Patient", "_has:Observation:patient:_has:Provenance:target:agent", "Practitioner/ruth"),
        ("Observation", "_has:Condition:evidence-detail:code", "44054006"),
        ("Observation", "_has:Observation:derived-from:code", "29463-7"),
        ("Observation", "_has:Observation:has-member:code", "85354-9"),
        ("Observation", "_has:List:item:status", "current"), ("Observation", "_has:Provenance:target:_id", "prov1"),
        ("Condition", "_has:Task:focus:status", "requested"), ("Condition", "_has:List:item:status", "current"),
        ("Condition", "_has:Provenance:target:agent", "Practitioner/ruth"),
        ("Encounter", "_has:Observation:encounter:code", "shared"),
        ("Encounter", "_has:Encounter:part-of:class", "AMB"),
        ("Encounter", "_has:Encounter:part-of:subject:Patient.identifier", "urn:mrn|p1"),
        ("Practitioner", "_has:Patient:general-practitioner:identifier", "urn:mrn|p1"),
        ("Practitioner", "_has:EpisodeOfCare:care-manager:status", "finished"),
        ("Practitioner", "_has:Encounter:participant:date", "2026-03-01"),
        ("Organization", "_has:Patient:organization:identifier", "urn:mrn|p1"),
        ("Medication", "_has:MedicationRequest:medication:patient", "Patient/p1"),
        ("Device", "_has:Observation:device:code", "shared"),
    ]

    static let includes = MatrixGroup("includes", included.map { .search($0.0, $0.1) })
    private static let included: [(String, [(String, String)])] = [
        ("Observation", [("_include", "Observation:subject")]),
        ("Observation", [("_include", "Observation:performer")]),
        ("Observation", [("_include", "Observation:performer:Patient")]),
        ("Observation", [("_include", "Observation:derived-from")]),
        ("Observation", [("_include", "Observation:device")]),
        ("Observation", [("_include", "Observation:has-member"), ("_include:iterate", "Observation:derived-from")]),
        ("Observation", [("_include", "Observation:*")]), ("Observation", [("_include", "*")]),
        (
            "Observation",
            [
                ("code", "29463-7"), ("_include", "Observation:derived-from"),
                ("_include:iterate", "Observation:derived-from"), ("_include:iterate", "Observation:has-member"),
                ("_include:iterate", "Observation:patient"),
            ]
        ),
        ("Observation", [("_revinclude", "Condition:evidence-detail")]),
        ("Observation", [("_revinclude", "Provenance:target")]),
        ("Observation", [("_revinclude", "*")]), ("Patient", [("_revinclude", "Observation:performer")]),
        ("Patient", [("_revinclude", "Observation:focus")]), ("Patient", [("_revinclude", "Group:member")]),
        ("Patient", [("_revinclude", "List:item")]), ("Patient", [("_revinclude", "Patient:link")]),
        ("Patient", [("_revinclude", "Condition:recorder")]),
        ("Patient", [("_revinclude", "EpisodeOfCare:patient"), ("_include:iterate", "EpisodeOfCare:care-manager")]),
        (
            "Patient",
            [
                ("_id", "p2"), ("_revinclude", "Observation:patient"),
                ("_revinclude:iterate", "Observation:derived-from"),
            ]
        ),
        ("Patient", [("_include", "Patient:link"), ("_include:iterate", "Patient:link")]),
        ("Patient", [("_revinclude", "*")]), ("Encounter", [("_include", "Encounter:part-of")]),
        ("Encounter", [("_include:iterate", "Encounter:part-of")]),
        ("Encounter", [("_revinclude", "Observation:encounter")]),
        ("Encounter", [("_revinclude", "Encounter:part-of")]),
        ("Condition", [("_include", "Condition:evidence-detail")]),
        ("Task", [("_include", "Task:focus")]), ("List", [("_include", "List:item")]),
        ("Practitioner", [("_revinclude", "Patient:general-practitioner")]),
        ("Practitioner", [("_revinclude", "EpisodeOfCare:care-manager")]),
        ("Practitioner", [("_revinclude", "*"), ("_total", "accurate")]),
        ("Organization", [("_revinclude", "Patient:organization"), ("_revinclude:iterate", "Observation:patient")]),
        ("Medication", [("_revinclude", "MedicationRequest:medication")]),
        ("QuestionnaireResponse", [("_include", "QuestionnaireResponse:questionnaire")]),
    ]

    /// Order, pages, totals, parts, places to search in.
    static let forms: [MatrixGroup] = {
        let types = ["Patient", "Observation", "Condition", "Encounter", "EpisodeOfCare", "Task", "List", "Device"]
        let sorts = [
            "", "_id", "-_id", "_lastUpdated", "-_lastUpdated", "-_lastUpdated,_id", "_lastUpdated,-_id",
        ]
        let sorted = types.flatMap { type in
            sorts.flatMap { sort -> [MatrixRequest] in
                let order = sort.isEmpty ? [] : [("_sort", sort)]
                return [.search(type, order), .search(type, order + [("_count", "2")])]
            }
        }
        let keys: [(String, String)] = [
            ("Patient", "family"), ("Patient", "-family"), ("Patient", "family,given"),
            ("Patient", "gender,-birthdate"),
            ("Patient", "birthdate"), ("Patient", "-birthdate,family"), ("Observation", "date"),
            ("Observation", "-date"),
            ("Observation", "code"), ("Observation", "-code,date"), ("Observation", "value-quantity"),
            ("Observation", "-date,code"), ("Condition", "onset-date"), ("Condition", "code,-onset-date"),
            ("Encounter", "date"), ("Encounter", "-date"), ("RiskAssessment", "probability"), ("Task", "-authored-on"),
        ]
        var ties: [MatrixRequest] = []
        for (type, sort) in keys {
            ties.append(.search(type, [("_sort", sort)]))
            ties.append(.search(type, [("_sort", sort), ("_count", "1")]))
            ties.append(.search(type, [("_sort", sort), ("_count", "3"), ("_total", "accurate")]))
        }
        var parts: [MatrixRequest] = []
        for type in ["Patient", "Observation", "Condition"] {
            for summary in ["true", "text", "data", "count", "false"] {
                parts.append(.search(type, [("_summary", summary)]))
            }
            for asked in partial {
                parts.append(.search(type, asked))
            }
            parts.append(.search(type, [("no-such", "1")], ["Prefer": "handling=lenient"]))
        }
        var whole: [MatrixRequest] = system.map { MatrixRequest(.get, "?" + MatrixRequest.form($0)) }
        whole.append(.searchByForm("", [("_tag", "common"), ("_total", "accurate")]))
        var compartments: [MatrixRequest] = []
        for id in ["p1", "p2", "p5", "px"] {
            for type in [
                "Observation", "Condition", "Encounter", "List", "Group", "Patient", "Provenance", "Device", "*",
            ] {
                let address = "/Patient/\(id)/\(type)"
                compartments.append(MatrixRequest(.get, address))
                compartments.append(MatrixRequest(.get, address + "?_total=accurate&_count=2&_sort=-_lastUpdated"))
            }
        }
        for owner in ["Encounter/n-p1", "Encounter/n-p2", "Practitioner/ruth", "RelatedPerson/re-p1", "Device/d1"] {
            compartments.append(MatrixRequest(.get, "/\(owner)/Observation"))
        }
        return [
            MatrixGroup("order and pages", sorted), MatrixGroup("sort ties", ties), MatrixGroup("parts", parts),
            MatrixGroup("all types", whole), MatrixGroup("compartments", compartments),
        ]
    }()

    private static let partial: [[(String, String)]] = [
        [("_elements", "identifier,code")], [("_total", "estimate")], [("_total", "accurate"), ("_count", "1")],
        [("_count", "0")], [("_count", "1000000000")], [("_cursor", "broken")], [("no-such", "1")],
        [("_id", "p1,p2,o-p1-bp,o-p2-bp,c-p1,c-p2,px")], [("_id", "p1")], [("_id", "o-p1-gone,o-p2-gone")],
        [("_lastUpdated", "ge2026-09-20"), ("_lastUpdated", "lt2027")], [("_text", "Stone")], [("_content", "Stone")],
    ]

    private static let system: [[(String, String)]] = [
        [], [("_type", "Patient,Observation")], [("_type", "Condition"), ("_total", "accurate")], [("_tag", "common")],
        [("_id", "p1,p2,n-p1")], [("_lastUpdated", "gt2026"), ("_count", "5")],
        [("_sort", "-_lastUpdated"), ("_count", "7")], [("_summary", "count")], [("_profile:below", "http://forms")],
        [("_source", "urn:feed")], [("_type", "Device,Group,Basic,Bundle,Binary,Provenance")],
    ]
}
