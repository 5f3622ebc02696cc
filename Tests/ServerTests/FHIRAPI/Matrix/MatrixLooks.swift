import HTTPTypes

/// Interactions that look at one resource, or at what happened.
enum MatrixLooks {
    /// Visible, hidden, deleted, only pointed to, absent.
    static let targets: [String] = [
        "Patient/p2", "Patient/p1", "Patient/p9", "Patient/px", "Observation/o-p2-bp", "Observation/o-p1-bp",
        "Observation/o-p2-gone", "Observation/o-p1-gone", "Observation/o-p1-again", "Observation/o-nowhere",
        "Condition/c-p2", "Condition/c-p1", "Condition/c-early", "Condition/nowhere", "Encounter/n-p5",
        "Encounter/n-p3",
        "EpisodeOfCare/e-p2", "EpisodeOfCare/e-p1", "EpisodeOfCare/e-nobody", "Device/d1", "Device/d2", "Group/g1",
        "Basic/basic1", "Bundle/b1", "List/l-all", "List/li-p2", "Provenance/prov1", "Practitioner/ruth",
        "Practitioner/nobody", "Questionnaire/q1", "Encounter/n-p9", "Nonsense/1",
    ]

    static var ofOne: [MatrixGroup] {
        targets.map { target in
            let type = target.split(separator: "/").first.map(String.init) ?? ""
            var requests: [MatrixRequest] = [
                .init(.get, "/\(target)"), .init(.head, "/\(target)"), .init(.get, "/\(target)?_summary=text"),
                .init(.get, "/\(target)?_elements=status"), .init(.get, "/\(target)?_pretty=true"),
                .init(.get, "/\(target)?_format=html"), .init(.get, "/\(target)?_format=xml"),
                .init(.get, "/\(target)", nil, ["If-None-Match": "W/\"1\""]),
                .init(.get, "/\(target)", nil, ["If-Modified-Since": "Sun, 22 Nov 2026 10:00:00 GMT"]),
                .init(.get, "/\(target)", nil, ["Accept-Encoding": "gzip"]), .init(.get, "/\(target)/$meta"),
                .init(.get, "/\(target)/$validate"), .init(.post, "/\(target)/$validate?mode=delete"),
                .init(.get, "/\(target)/_history"), .init(.get, "/\(target)/_history?_count=1"),
                .init(.get, "/\(target)/_history?_since=2026-09-22"), .init(.get, "/\(target)/_history?_at=2026-09-22"),
                .init(.head, "/\(target)/_history"),
            ]
            requests += ["1", "2", "3", "99", "x"].flatMap { version -> [MatrixRequest] in
                [.init(.get, "/\(target)/_history/\(version)"), .init(.head, "/\(target)/_history/\(version)")]
            }
            if type == "Patient" {
                requests += [
                    "", "?_count=2", "?_type=Observation,Condition", "?_since=2026-09-22", "?start=2026-03&end=2026-03",
                ]
                .map { MatrixRequest(.get, "/\(target)/$everything\($0)") }
            }
            return MatrixGroup(target, requests)
        }
    }

    static let histories = MatrixGroup(
        "histories",
        ["", "/Patient", "/Observation", "/Condition", "/EpisodeOfCare", "/Device", "/Practitioner", "/Group"].flatMap {
            place in
            [
                "", "?_count=1", "?_count=3", "?_since=2026-09-22", "?_since=2027", "?_at=2026-09-21T13:00:00Z",
                "?_count=0",
            ].map { MatrixRequest(.get, "\(place)/_history\($0)") }
        } + [.init(.get, "/metadata")])

    /// Looked at again when all changes are done: what they left behind.
    static let afterwards = MatrixGroup(
        "afterwards",
        [
            .init(.get, "/_history?_count=50"), .init(.get, "?_count=100"), .init(.get, "?_summary=count"),
            .init(.get, "/Patient/p1/$everything"), .init(.get, "/Patient/p2/$everything"),
            .init(.get, "/Patient/p5/$everything"), .init(.get, "/Observation?_total=accurate&_sort=-_lastUpdated"),
            .init(.get, "/Observation?_revinclude=*&_include=*"),
            .init(.get, "/Patient?_has:Observation:patient:status=final"),
        ] + targets.flatMap { [MatrixRequest(.get, "/\($0)"), MatrixRequest(.get, "/\($0)/_history")] })
}
