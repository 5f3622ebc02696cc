import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Server

/// The portal of somebody who speaks Spanish: every page of it, with what stands around the record.
struct PortalSpanishTests {
    /// Words that a text in English can hardly do without, and that are no Spanish.
    private static let english: Set<String> = [
        "the", "your", "you", "with", "and", "from", "what", "who", "this", "that", "they", "are", "have", "of", "for",
        "until", "not", "here", "looked", "record", "plan's", "is", "we", "it", "to", "by", "on", "yet", "optional",
        "born", "printed", "back", "print", "today", "tomorrow", "yesterday", "sign", "page", "jan", "apr", "aug",
        "dec",
    ]

    /// What is no page: files, and what was put in by the person.
    private static let files: Set<String> = [
        "portal/education/:given/sheet.pdf", "portal/forms/:instrument/files/:file", "portal/record.json",
        "portal/record/files/:file", "portal/record.pdf",
    ]

    private static let pages = [
        "portal": "/portal", "portal/caregivers": "/portal/caregivers", "portal/corrections": "/portal/corrections",
        "portal/disclosures": "/portal/disclosures", "portal/education": "/portal/education",
        "portal/education/:given": "/portal/education/hoja", "portal/forms": "/portal/forms",
        "portal/forms/:instrument": "/portal/forms/gad-7", "portal/looks": "/portal/looks",
        "portal/plan": "/portal/plan", "portal/record": "/portal/record", "portal/record/print": "/portal/record/print",
    ]

    /// What people read: text, and attributes that are read aloud.
    private static func said(_ page: String) -> String {
        var (text, rest) = ("", page[...])
        while let open = rest.firstIndex(of: "<") {
            text += rest[..<open] + " "
            let tag = rest[open...].prefix { $0 != ">" }
            for name in ["aria-label=\"", "placeholder=\"", "alt=\"", "title=\""] {
                text += tag.components(separatedBy: name).dropFirst().map { $0.prefix { $0 != "\"" } + " " }.joined()
            }
            rest = rest[tag.endIndex...].dropFirst()
        }
        return text + rest
    }

    /// English that stands on a page, outside of parts that say that they are in English.
    private static func english(on page: SignInDesk.Page) -> [String] {
        let marked = page.text.components(separatedBy: "lang=\"en\"").enumerated().map { place, piece in
            place == 0 ? piece : String(piece.drop { $0 != ">" }.dropFirst().drop { $0 != "<" })
        }.joined(separator: " ")
        // On paper the lines are the record, in the words in which it was written.
        let chrome =
            page.text.contains("data-page=\"portal-print\"")
            ? marked.components(separatedBy: "<li>").map { $0.components(separatedBy: "</li>").last ?? "" }.joined()
            : marked
        // Links and codes are drawn by lot, and may hold a word of any language.
        let spoken = said(chrome).split(whereSeparator: \.isWhitespace).filter { word in
            !word.contains("/") && !word.contains(where: \.isNumber)
        }
        let words = spoken.joined(separator: " ").lowercased().split { !$0.isLetter && $0 != "'" }.map(String.init)
        return Set(words).intersection(english).sorted()
    }

    private static func check(_ page: SignInDesk.Page, _ path: String, status: Int = 200) {
        #expect(page.status == status, "\(path)")
        #expect(page.text.contains("<html lang=\"es\""), "\(path)")
        #expect(english(on: page) == [], "\(path)")
    }

    private static func open() async throws -> PortalDesk {
        let portal = try await PortalDesk.open()
        let dee: JSON = ["reference": "Patient/dee"]
        let put: [(String, JSON)] = [
            (
                "dee",
                [
                    "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Delores"]]],
                    "birthDate": "1948-03-14",
                    "communication": [["preferred": true, "language": ["coding": [["code": "es"]]]]],
                ]
            ),
            (
                "goal",
                [
                    "resourceType": "Goal", "lifecycleStatus": "active", "subject": dee,
                    "description": ["text": "Caminar a la iglesia"], "target": [["dueDate": "2027-01-15"]],
                ]
            ),
            (
                "hoja",
                [
                    "resourceType": "Communication", "status": "completed", "subject": dee, "sent": "2026-01-02",
                    "instantiatesUri": ["urn:almoner:education:heart-failure|0.1.0"],
                    "payload": [
                        [
                            "contentAttachment": [
                                // "Hoja vieja\nQué era\n- Descanse."
                                "contentType": "text/plain", "language": "es", "title": "Hoja vieja",
                                "data": "SG9qYSB2aWVqYQpRdcOpIGVyYQotIERlc2NhbnNlLg==",
                            ]
                        ]
                    ],
                ]
            ),
        ]
        for (id, resource) in put {
            try await portal.desk.scratch.put(resource, id: id)
        }
        return portal
    }

    /// The routes that the sources of the portal name.
    private static func routes() throws -> Set<String> {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Server/Portal")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.reduce(into: []) { all, file in
            let parts = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "routes.get(\"portal")
            all.formUnion(parts.dropFirst().map { "portal" + $0.prefix { $0 != "\"" } })
        }
    }

    @Test func `every page of the portal speaks Spanish to whoever does`() async throws {
        #expect(try Self.routes() == Self.files.union(Self.pages.keys))
        let portal = try await Self.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            // One of them is there in English alone.
            for form in ["gad-7", "psc-17"] {
                let page = try await staff.get("/people/dee/assess/\(form)")
                _ = try await staff.post("/people/dee/assess/\(form)/send", [("csrf", page.csrf)])
            }
            let asked = try await person.get("/portal/corrections")
            _ = try await person.post(
                "/portal/corrections",
                [("csrf", asked.csrf), ("concerns", ""), ("what", "Mi calle"), ("why", "Vivo allí")])
            let record = try await person.get("/portal/record")
            let given = try await person.post(
                "/portal/record/hand-over", [("csrf", record.csrf), ("recipient", "Dra. Lee"), ("days", "7")])
            Self.check(given, "hand-over, given")
            let shared = try await person.post(
                "/portal/caregivers",
                [
                    ("csrf", record.csrf), ("name", "Ana"), ("relation", "hija"), ("until", "2026-12-31"),
                    ("share", "plan"), ("share", "sensitive"),
                ])
            Self.check(shared, "caregivers, given")
            #expect(shared.text.contains("Mi plan, mis metas y mi equipo"))
            for (route, path) in Self.pages.sorted(by: { $0.key < $1.key }) {
                Self.check(try await person.get(path), route)
            }
            #expect(try await person.get("/portal").text.contains("para el 15 ene 2027"))
            #expect(try await person.get("/portal/corrections?done=asked").text.contains("Ya tenemos su solicitud."))
        }
    }

    @Test func `what is the matter with a form is said in Spanish`() async throws {
        let portal = try await Self.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let page = try await person.get("/portal/corrections")
            for path in ["/portal/corrections", "/portal/caregivers", "/portal/record/hand-over", "/portal/plan"] {
                Self.check(try await person.post(path, [("csrf", page.csrf)]), path, status: 422)
            }
        }
    }

    @Test func `who comes in by a link chooses the language, or the browser does`() async throws {
        let portal = try await Self.open()
        try await portal.desk.run { staff in
            for path in ["/invitation/nobody", "/handed/nobody"] {
                Self.check(try await staff.other().get("\(path)?language=es"), path)
                let english = try await staff.other().get(path)
                #expect(english.text.contains("<html lang=\"en\"") && english.text.contains(">Español</a>"))
                let sent = try await staff.other().post(
                    "\(path)?language=es", [("password", "x"), ("again", "y")], ["Accept-Language": "en"])
                Self.check(sent, path, status: 422)
                let mine = try await staff.other().post(
                    path, [("password", "x"), ("again", "y")],
                    [
                        "Accept-Language": "es-MX,es;q=0.9,en;q=0.8"
                    ])
                Self.check(mine, path, status: 422)
            }
        }
    }

    @Test func `help in danger is read aloud in Spanish, with the English beside it for staff`() async throws {
        let portal = try await Self.open()
        try await portal.desk.run { staff in
            try await staff.signIn("dora")
            let page = try await staff.get("/people/dee/assess/phq-9?language=es")
            let sent = try await staff.post(
                "/people/dee/assess/phq-9?language=es",
                [("csrf", page.csrf), ("id", page.value(of: "id")), ("44260-8", "LA6569-3"), ("do", "finish")])
            let help = sent.text.components(separatedBy: "<section class=\"help\"").dropFirst().first ?? ""
            let panel = help.components(separatedBy: "</section>").first ?? ""
            for words in [
                "<h2 id=\"crisis\" lang=\"es\">No tiene que cargar con esto a solas",
                "lang=\"en\">You do not have to carry this alone", "lang=\"es\">Gracias por decírnoslo.",
                "se ocupa hoy de esto.", "looks after this today",
                "lang=\"es\">Si está en peligro ahora, llame al 911.",
            ] {
                #expect(panel.contains(words), "\(words): \(sent.status) \(panel)")
            }
        }
    }
}
