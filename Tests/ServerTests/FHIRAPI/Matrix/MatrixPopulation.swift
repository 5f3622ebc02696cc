import FHIR

/// Something that happened to the records before the first request.
struct MatrixStep: Sendable {
    /// Milliseconds since 1970; some steps share a moment.
    let at: Int64
    let type: String
    let id: String
    /// nil: it was deleted.
    let resource: JSON?
    /// Whether it is about the people of the narrow caller's panel, or about no person at all and open to everyone.
    let isOfPanel: Bool
}

/// The people of the matrix. `p2` and `p5` are in the panel of `Practitioner/ruth`; `p1`, `p3` and `p9` are not, came before,
/// between and after them, and are entangled with them in every way that a reference allows.
struct MatrixPopulation {
    private(set) var steps: [MatrixStep] = []

    static let steps: [MatrixStep] = {
        var population = MatrixPopulation()
        population.fill()
        return population.steps
    }()

    /// Three steps share a moment.
    private var moment: Int64 { 1_790_000_000_000 + Int64(steps.count / 3) * 60_000 }

    mutating func put(_ resource: JSON, panel: Bool) {
        steps.append(
            MatrixStep(
                at: moment, type: resource["resourceType"]?.string ?? "", id: resource["id"]?.string ?? "",
                resource: resource, isOfPanel: panel))
    }

    mutating func delete(_ type: String, _ id: String, panel: Bool) {
        steps.append(MatrixStep(at: moment, type: type, id: id, resource: nil, isOfPanel: panel))
    }

    private mutating func fill() {
        // Hidden ones that point to what is not there yet: the places arrive in another order than the resources.
        put(Self.condition("p9", id: "c-early", extra: "Patient/p5"), panel: false)
        put(Self.observation("p9", id: "o-early", code: "85354-9", members: ["Observation/o-p5-wt"]), panel: false)
        directory()
        person("p1", 1, panel: false, cross: "p5", episode: ("finished", "Practitioner/ruth"))
        person("p5", 2, panel: true, cross: "p1", episode: ("active", "Practitioner/ruth"))
        person("p3", 3, panel: false, cross: "p2", episode: ("active", "Practitioner/alma"))
        person("p2", 4, panel: true, cross: "p3", episode: ("active", "Practitioner/ruth"))
        person("p9", 5, panel: false, cross: "p2", episode: nil)
        withoutPerson()
        changes()
        crowd()
    }

    private mutating func directory() {
        for (id, family) in [("ruth", "Adeyemi"), ("alma", "Berg")] {
            put(
                [
                    "resourceType": "Practitioner", "id": .string(id),
                    "identifier": [["system": "urn:staff", "value": .string(id)]],
                    "name": [["family": .string(family)]],
                ], panel: true)
        }
        put(["resourceType": "Organization", "id": "org0", "name": "Whole"], panel: true)
        put(
            [
                "resourceType": "Organization", "id": "org1", "name": "Part",
                "partOf": ["reference": "Organization/org0"],
            ], panel: true)
        put(
            [
                "resourceType": "Location", "id": "loc1", "name": "House",
                "position": ["longitude": .number("3.7"), "latitude": .number("51.05")],
            ], panel: true)
        put(
            [
                "resourceType": "Questionnaire", "id": "q1", "url": "http://forms/a/mood", "version": "1",
                "status": "active",
            ], panel: true)
        put(
            [
                "resourceType": "Medication", "id": "m1",
                "code": ["coding": [["system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "860975"]]],
            ], panel: true)
    }

    /// What is about nobody, and of a type that may be about somebody: hidden from the narrow.
    private mutating func withoutPerson() {
        put(
            [
                "resourceType": "Device", "id": "d1",
                "identifier": [["system": "urn:device", "value": "1"]],
            ], panel: false)
        put(
            [
                "resourceType": "Group", "id": "g1", "type": "person", "actual": true,
                "member": [["entity": ["reference": "Patient/p1"]], ["entity": ["reference": "Patient/p2"]]],
            ], panel: false)
        put(
            [
                "resourceType": "List", "id": "l-all", "status": "current", "mode": "working",
                "entry": [
                    ["item": ["reference": "Patient/p2"]], ["item": ["reference": "Observation/o-p2-bp"]],
                    ["item": ["reference": "Patient/p3"]],
                ],
            ], panel: false)
        put(["resourceType": "Basic", "id": "basic1", "code": ["text": "Anything"]], panel: false)
        put(
            [
                "resourceType": "Bundle", "id": "b1", "type": "collection",
                "entry": [
                    [
                        "fullUrl": "urn:uuid:5f1c9f2e-3c63-4a8c-9d57-0d2f7d4c6b11",
                        "resource": Self.patient("p1", 1, nil),
                    ]
                ],
            ], panel: false)
        // An episode of nobody must not open what is about nobody.
        put(
            [
                "resourceType": "EpisodeOfCare", "id": "e-nobody", "status": "active",
                "patient": ["display": "Somebody"], "careManager": ["reference": "Practitioner/ruth"],
            ], panel: false)
        put(
            [
                "resourceType": "Provenance", "id": "prov1",
                "target": [["reference": "Observation/o-p2-bp"], ["reference": "Condition/c-p2"]],
                "recorded": "2026-09-20T10:00:00Z",
                "agent": [["who": ["reference": "Practitioner/ruth"]]],
            ], panel: false)
    }

    /// Versions and deletions, of the one kind between those of the other.
    private mutating func changes() {
        for round in 1...3 {
            for (id, panel) in [("p1", false), ("p2", true), ("p9", false), ("p5", true)] {
                var condition = Self.condition(id, id: "c-\(id)", extra: nil)
                condition["note"] = [["text": .string("Round \(round)")]]
                put(condition, panel: panel)
            }
        }
        for (id, panel) in [("p3", false), ("p2", true), ("p1", false)] {
            put(Self.observation(id, id: "o-\(id)-gone", code: "85354-9"), panel: panel)
            delete("Observation", "o-\(id)-gone", panel: panel)
        }
        put(Self.observation("p1", id: "o-p1-again", code: "29463-7"), panel: false)
        delete("Observation", "o-p1-again", panel: false)
        put(Self.observation("p1", id: "o-p1-again", code: "29463-7"), panel: false)
    }

    /// Enough hidden ones to fill pages, limits and lists.
    private mutating func crowd() {
        for number in 0..<30 {
            var one = Self.observation(
                "p1", id: "o-crowd-\(number)", code: "shared", system: "urn:codes:\(number % 12)")
            one["focus"] = [["reference": "Patient/p2"]]
            one["encounter"] = ["reference": "Encounter/n-p2"]
            one["identifier"] = [["system": "urn:obs", "value": .string(number == 0 ? "hidden" : "crowd")]]
            put(one, panel: false)
        }
        var words = Self.observation("p9", id: "o-words", code: "shared", system: "urn:codes:x")
        words["meta"] = ["profile": .array((0..<2_100).map { .string("http://forms/a/\(10_000 + $0)") })]
        put(words, panel: false)
        var own = Self.observation("p2", id: "o-p2-own", code: "shared", system: "urn:codes:y")
        own["identifier"] = [["system": "urn:obs", "value": "own"]]
        own["meta"] = ["profile": ["http://forms/a/zz"]]
        put(own, panel: true)
        for (id, panel) in [("p1", false), ("p5", true), ("p3", false)] {
            var one = Self.observation(id, id: "o-\(id)-twin", code: "shared", system: "urn:codes:1")
            one["identifier"] = [["system": "urn:obs", "value": "twin"]]
            put(one, panel: panel)
        }
    }
}
