import FHIR
import Foundation
import HTTPTypes

/// Interactions that change something, or are refused to.
enum MatrixChanges {
    private static let patchKind = ["Content-Type": "application/json-patch+json"]
    private static let tell = ["Prefer": "return=OperationOutcome"]

    static var all: [MatrixGroup] {
        [creates, conditionalCreates, updates, conditionals, episodes, batches] + transactions + [deletes]
    }

    static func observation(_ subject: String?, _ more: [String: JSON] = [:], id: String? = nil) -> JSON {
        var made: JSON = .compact([
            "resourceType": "Observation", "id": id.map { .string($0) }, "status": "final",
            "code": ["coding": [["system": "http://loinc.org", "code": "8867-4"]]],
            "subject": subject.map { ["reference": .string($0)] },
        ])
        for (name, value) in more.sorted(by: { $0.key < $1.key }) {
            made[name] = value
        }
        return made
    }

    static let people = ["Patient/p2", "Patient/p1", "Patient/p9", "Patient/px", "Group/g1", "Device/d1", "Patient/p5"]

    /// For whom, and referring to what.
    private static var creates: MatrixGroup {
        var requests: [MatrixRequest] = []
        for person in people {
            let condition: JSON = ["resourceType": "Condition", "subject": ["reference": .string(person)]]
            requests.append(.init(.post, "/Observation", observation(person)))
            requests.append(.init(.post, "/Observation", observation(person), tell))
            requests.append(.init(.post, "/Observation", observation(person), ["Prefer": "return=minimal"]))
            requests.append(.init(.post, "/Condition", condition))
        }
        for member in ["Observation/o-p1-bp", "Observation/o-nowhere", "Observation/o-p2-bp", "Observation/o-p1-gone"] {
            let made = observation("Patient/p2", ["hasMember": [["reference": .string(member)]]])
            requests.append(.init(.post, "/Observation", made, tell))
        }
        for encounter in ["Encounter/n-p1", "Encounter/n-none", "Encounter/n-p2"] {
            let made = observation("Patient/p5", ["encounter": ["reference": .string(encounter)]])
            requests.append(.init(.post, "/Observation", made, tell))
        }
        let performed = observation("Patient/p2", ["performer": [["reference": "Patient/p1"]]])
        requests.append(.init(.post, "/Observation", observation(nil)))
        requests.append(.init(.post, "/Observation", performed, tell))
        requests.append(.init(.post, "/Patient", MatrixPopulation.patient("p1", 1, nil)))
        requests.append(.init(.post, "/Practitioner", ["resourceType": "Practitioner", "active": true]))
        requests.append(.init(.post, "/Observation", ["resourceType": "Observation", "status": "no"]))
        return MatrixGroup("creates", requests)
    }

    /// Which a hidden one, a visible one, both or none satisfy.
    static let conditions = [
        "identifier=urn:obs|hidden", "identifier=urn:obs|own", "identifier=urn:obs|twin", "identifier=urn:obs|crowd",
        "identifier=urn:obs|none", "_id=o-p1-bp", "_id=o-p2-bp", "subject=Patient/p1&code=29463-7",
        "subject=Patient/p2&code=29463-7", "patient.identifier=urn:mrn|p1&code=85354-9",
        "patient.identifier=urn:mrn|p2&code=29463-7", "performer:Patient.identifier=urn:mrn|p3",
        "_has:Condition:evidence-detail:code=44054006",
        "_has:Condition:evidence-detail:patient=Patient/p1&patient=Patient/p2",
        "code=85354-9", "code=shared&status=final&_lastUpdated=gt2026", "no-such=1", "identifier=",
    ]

    private static var conditionalCreates: MatrixGroup {
        var requests: [MatrixRequest] = []
        for (place, condition) in conditions.enumerated() {
            let made = observation("Patient/p2", ["identifier": [["system": "urn:new", "value": .string("\(place)")]]])
            requests.append(.init(.post, "/Observation", made, ["If-None-Exist": condition]))
            let whole = ["If-None-Exist": "http://here/fhir/Observation?\(condition)", "Prefer": "return=minimal"]
            requests.append(.init(.post, "/Observation", made, whole))
        }
        for id in ["p1", "p2"] {
            let made = MatrixPopulation.patient(id, 1, nil)
            requests.append(.init(.post, "/Patient", made, ["If-None-Exist": "identifier=urn:mrn|\(id)"]))
        }
        return MatrixGroup("conditional creates", requests)
    }

    static let patch: JSON = [["op": "add", "path": "/note", "value": [["text": "Seen"]]]]

    private static let updated: [(String, String)] = [
        ("o-p2-bp", "p2"), ("o-p1-bp", "p1"), ("o-p1-bp", "p2"), ("o-nowhere", "p2"), ("o-p1-gone", "p1"),
        ("o-p1-gone", "p2"), ("o-p2-gone", "p2"), ("o-p5-wt", "p1"), ("o-p5-wt", "px"), ("o-p5-wt", "p2"),
    ]

    private static func moving(to person: String) -> JSON {
        [["op": "replace", "path": "/subject/reference", "value": .string("Patient/\(person)")]]
    }

    private static var updates: MatrixGroup {
        var requests: [MatrixRequest] = []
        let test: JSON = [["op": "test", "path": "/status", "value": "final"]]
        for (id, person) in updated {
            let made = observation("Patient/\(person)", id: id)
            let place = "/Observation/\(id)"
            requests.append(.init(.put, place, made, ["If-Match": "W/\"1\""]))
            requests.append(.init(.put, place, made, ["If-Match": "W/\"7\""]))
            requests.append(.init(.put, place, made))
            requests.append(.init(.put, place, made, tell))
            requests.append(.init(.put, place, observation("Patient/p2")))
            requests.append(.init(.patch, place, patch, patchKind))
            requests.append(.init(.patch, place, test, patchKind))
            requests.append(.init(.patch, place, moving(to: "p1"), patchKind))
            requests.append(.init(.patch, place, moving(to: "px"), patchKind))
            requests.append(.init(.patch, place, patch, patchKind.merging(["If-Match": "W/\"9\""]) { $1 }))
            requests.append(.init(.post, place + "/$meta-add", marks))
            requests.append(.init(.post, place + "/$meta-delete", marks))
        }
        for id in ["p2", "p1", "px"] {
            requests.append(.init(.put, "/Patient/\(id)", MatrixPopulation.patient(id, 1, nil)))
        }
        for id in ["g1", "g2"] {
            let group: JSON = ["resourceType": "Group", "id": .string(id), "type": "person", "actual": true]
            requests.append(.init(.put, "/Group/\(id)", group))
        }
        requests.append(
            .init(.put, "/Practitioner/new", ["resourceType": "Practitioner", "id": "new", "active": true]))
        return MatrixGroup("updates", requests)
    }

    private static let marks: JSON = [
        "resourceType": "Parameters",
        "parameter": [["name": "meta", "valueMeta": ["tag": [["system": "urn:tags", "code": "seen"]]]]],
    ]

    private static var conditionals: MatrixGroup {
        var requests: [MatrixRequest] = []
        for condition in conditions {
            let place = "/Observation?" + condition.replacing("|", with: "%7C")
            requests.append(.init(.put, place, observation("Patient/p2")))
            requests.append(.init(.put, place, observation("Patient/p2", id: "o-p1-twin")))
            requests.append(.init(.put, place, observation("Patient/p2", id: "o-chosen")))
            requests.append(.init(.patch, place, patch, patchKind))
            requests.append(.init(.get, place))
            requests.append(.init(.delete, place))
        }
        return MatrixGroup("conditional updates, patches and deletes", requests)
    }

    private static func episode(_ patient: JSON, id: String? = nil) -> JSON {
        .compact([
            "resourceType": "EpisodeOfCare", "id": id.map { .string($0) }, "status": "active", "patient": patient,
            "careManager": ["reference": "Practitioner/ruth"],
        ])
    }

    /// Nobody gets into a panel by saying so.
    private static var episodes: MatrixGroup {
        var requests: [MatrixRequest] = []
        for person in ["p1", "p9", "px", "p2"] {
            let patient: JSON = ["reference": .string("Patient/\(person)")]
            let moved: JSON = [["op": "replace", "path": "/patient/reference", "value": .string("Patient/\(person)")]]
            requests.append(.init(.post, "/EpisodeOfCare", episode(patient)))
            requests.append(.init(.put, "/EpisodeOfCare/e-p2", episode(patient, id: "e-p2")))
            requests.append(.init(.put, "/EpisodeOfCare/e-\(person)", episode(patient, id: "e-\(person)")))
            requests.append(.init(.patch, "/EpisodeOfCare/e-p2", moved, patchKind))
            let both: [Entry] = [("POST", "EpisodeOfCare", episode(patient)), ("GET", "Patient/\(person)", nil)]
            requests.append(.init(.post, "", .matrixBundle("transaction", both)))
            requests.append(.init(.get, "/Patient/\(person)"))
            requests.append(.init(.get, "/Patient?_total=accurate"))
        }
        requests.append(.init(.post, "/EpisodeOfCare", episode(["display": "Nobody"])))
        requests.append(.init(.get, "/Device/d1"))
        requests.append(.init(.get, "/Basic?_total=accurate"))
        return MatrixGroup("episodes", requests)
    }

    typealias Entry = (method: String, url: String, resource: JSON?)

    /// What stands in a Bundle beside others: each alone in a batch, for a batch decides on its own how it goes on.
    private static let entries: [Entry] = {
        let binary: JSON = [
            "resourceType": "Binary", "contentType": "application/json-patch+json",
            "data": .string(Data(patch.serialized()).base64EncodedString()),
        ]
        func referring(_ reference: String) -> JSON {
            observation("Patient/p2", ["derivedFrom": [["reference": .string(reference)]]])
        }
        return [
            ("GET", "Patient/p1", nil), ("GET", "Patient/px", nil), ("GET", "Patient/p2", nil),
            ("HEAD", "Patient/p1", nil),
            ("GET", "Observation?code=shared&_total=accurate", nil), ("GET", "Patient/p1/_history", nil),
            ("GET", "_history?_count=5", nil), ("GET", "Patient/p1/$everything", nil),
            ("GET", "Patient/p2/$everything", nil),
            ("GET", "Patient?_has:Observation:focus:code=shared", nil),
            ("PUT", "Observation/o-p1-wt", observation("Patient/p2", id: "o-p1-wt")),
            ("PUT", "Observation/o-none", observation("Patient/p2", id: "o-none")),
            ("PUT", "Observation/o-p2-wt", observation("Patient/p2", id: "o-p2-wt")),
            ("PUT", "Observation?identifier=urn:obs%7Chidden", observation("Patient/p2")),
            ("PUT", "Observation?identifier=urn:obs%7Ccrowd", observation("Patient/p2")),
            ("PATCH", "Observation/o-p1-bp", binary), ("PATCH", "Observation/o-p5-bp", binary),
            ("PATCH", "Observation?identifier=urn:obs%7Chidden", binary), ("DELETE", "Observation/o-p1-bp", nil),
            ("DELETE", "Observation/o-nowhere", nil), ("DELETE", "Observation?identifier=urn:obs%7Ccrowd", nil),
            ("DELETE", "Observation?identifier=urn:obs%7Chidden", nil),
            ("POST", "Observation", observation("Patient/p1")),
            ("POST", "Observation", observation("Patient?identifier=urn:mrn%7Cp1")),
            ("POST", "Observation", observation("Patient?identifier=urn:mrn%7Cp2")),
            ("POST", "Observation", observation("Patient?identifier=urn:all%7Csame&gender=female")),
            ("POST", "Observation", observation("Patient?identifier=urn:mrn%7Cnone")),
            ("POST", "Observation", referring("Observation?identifier=urn:obs%7Ctwin")),
            ("POST", "Observation", referring("Observation?identifier=urn:obs%7Chidden")),
            ("POST", "Observation", referring("Observation/o-p1-bp")),
            ("POST", "Observation", referring("Observation/o-none")),
        ]
    }()

    private static var batches: MatrixGroup {
        var requests: [MatrixRequest] = entries.map { .init(.post, "", .matrixBundle("batch", [$0])) }
        // Several at once, none of which mints an id: in a batch they take turns as they like.
        let plain = entries.filter {
            $0.url.hasPrefix("Patient/p") && !$0.url.contains("_history") && $0.resource == nil
        }
        requests.append(.init(.post, "", .matrixBundle("batch", plain.filter { !$0.url.hasSuffix("$everything") })))
        return MatrixGroup("batches", requests)
    }

    private static var transactions: [MatrixGroup] {
        var requests: [MatrixRequest] = []
        let first: Entry = ("POST", "Observation", observation("Patient/p5"))
        for entry in entries {
            requests.append(.init(.post, "", .matrixBundle("transaction", [entry])))
            requests.append(.init(.post, "", .matrixBundle("transaction", [first, entry]), tell))
        }
        let created: Entry = ("POST", "Observation", observation("Patient/p2"))
        let conditional: [MatrixRequest] = conditions.map {
            .init(.post, "", .matrixBundle("transaction", [created], ifNoneExist: $0))
        }
        return [
            MatrixGroup("transactions", requests), MatrixGroup("conditional creates in transactions", conditional),
        ]
    }

    private static let deletes = MatrixGroup(
        "deletes",
        [
            "Observation/o-p1-wt", "Observation/o-nowhere", "Observation/o-p2-own", "Observation/o-p1-gone",
            "Observation/o-p2-gone", "Observation/o-p2-bp", "Condition/c-p1", "Condition/c-p2", "Condition/c-none",
            "Device/d1",
            "Device/d2", "Encounter/n-p2", "Encounter/n-p1", "Practitioner/alma", "Patient/p1", "Patient/px",
            "Patient/p5",
        ].flatMap { target -> [MatrixRequest] in
            [
                .init(.delete, "/\(target)", nil, ["If-Match": "W/\"17\""]), .init(.delete, "/\(target)", nil, tell),
                .init(.delete, "/\(target)"), .init(.get, "/\(target)"),
            ]
        })
}

extension JSON {
    static func matrixBundle(
        _ type: String, _ entries: [MatrixChanges.Entry], ifNoneExist: String? = nil
    ) -> JSON {
        [
            "resourceType": "Bundle", "type": .string(type),
            "entry": .array(
                entries.map { entry in
                    .compact([
                        "resource": entry.resource,
                        "request": .compact([
                            "method": .string(entry.method), "url": .string(entry.url),
                            "ifNoneExist": ifNoneExist.map { .string($0) },
                        ]),
                    ])
                }),
        ]
    }
}
