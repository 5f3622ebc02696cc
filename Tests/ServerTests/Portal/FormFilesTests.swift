import Care
import CareTestSupport
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// Files that are handed in with a form: by the team at the desk, by the person in the portal, and who gets at them.
struct FormFilesTests {
    private static let pdf = Array("%PDF-1.7\nthe letter".utf8) + [0, 0xFF, 13, 10, 45, 45]
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]

    private static func open() async throws -> PortalDesk {
        let form = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Browser/forms/wound-care.json")
        return try await PortalDesk.open(
            care: try CareContent.shipped(with: String(contentsOf: form, encoding: .utf8), named: "wound-care"))
    }

    /// The addresses of files on a page.
    private static func files(_ page: SignInDesk.Page) -> [String] {
        page.text.components(separatedBy: "href=\"").dropFirst().compactMap {
            $0.components(separatedBy: "\"").first.flatMap { $0.contains("/files/") ? $0 : nil }
        }
    }

    private static let path = "/people/dee/assess/wound-care"

    @Test func `a letter is handed in at the desk, shown with the result and downloaded byte by byte`() async throws {
        let portal = try await Self.open()
        try await portal.desk.run { staff in
            try await staff.signIn("dora")
            let page = try await staff.get(Self.path)
            #expect(page.text.contains("enctype=\"multipart/form-data\""))
            #expect(page.text.contains("accept=\"image/jpeg,image/png\" multiple"))
            let sent = try await staff.post(
                Self.path, [("csrf", page.csrf), ("id", page.value(of: "id")), ("hurts", "false"), ("do", "finish")],
                files: [("letter", "Dr. \"Lee\"; häßlich.html", Self.pdf), ("nowhere", "x.pdf", Self.pdf)])
            #expect(sent.status == 303, "\(sent.text)")
            let result = try await staff.get(sent.location ?? "")
            let files = Self.files(result)
            #expect(files.count == 1 && result.text.contains("PDF, 1 kB"))
            let file = try await staff.get(files.first ?? "")
            #expect(file.status == 200 && file.bytes == Self.pdf)
            #expect(file.headers[.contentType] == "application/pdf")
            let disposition = file.headers[.contentDisposition] ?? ""
            #expect(disposition.hasPrefix("attachment; filename=\"Dr. Lee hlich.html\"; filename*=UTF-8''Dr.%20"))
            #expect(file.headers[.contentSecurityPolicy]?.hasPrefix("sandbox") == true)
            #expect(file.headers[.cacheControl] == "no-store")
            // Not under another person's name, and not by somebody who is not there.
            let others = (files.first ?? "").replacing("/people/dee/", with: "/people/sam/")
            #expect(try await staff.get(others).status == 404)
            #expect(try await staff.other().get(files.first ?? "").status == 303)
        }
    }

    @Test func `a wrong and a large file are refused beside their question, and the rest stays`() async throws {
        let portal = try await Self.open()
        try await portal.desk.run { staff in
            try await staff.signIn("dora")
            let page = try await staff.get(Self.path)
            let base = [("csrf", page.csrf), ("id", page.value(of: "id")), ("hurts", "true"), ("days", "12")]
            let large = [UInt8](repeating: 7, count: 6_000_000)
            let sent = try await staff.post(
                Self.path, base + [("do", "finish")],
                files: [
                    ("photos", "a.png", Array("<html>".utf8)), ("letter", "b.pdf", Self.pdf + large),
                    ("photos", "c.png", Self.png),
                ])
            #expect(sent.status == 422)
            for words in [
                "This kind of file cannot be taken. Choose JPEG or PNG.",
                "This file is too large. It may have 5.0 MB at most.",
                "name=\"days\" type=\"text\" value=\"12\"", ">c.png</a>",
            ] {
                #expect(sent.text.contains(words), "\(words)")
            }
            // The good one is in the draft by now: it goes on from there without being chosen again.
            let next = try await staff.post(
                Self.path + "?draft=\(page.value(of: "id"))",
                [
                    ("csrf", page.csrf), ("version", sent.value(of: "version")), ("hurts", "true"), ("days", "12"),
                    ("photos.file", sent.value(of: "photos.file")), ("do", "finish"),
                ], files: [])
            #expect(next.status == 303)
            let result = try await staff.get(next.location ?? "")
            #expect(Self.files(result).count == 1 && result.text.contains("<img src="))
        }
    }

    @Test func `what is typed keeps the files of a draft, and a tick takes one out`() async throws {
        let portal = try await Self.open()
        try await portal.desk.run { staff in
            try await staff.signIn("dora")
            let page = try await staff.get(Self.path)
            let base = [("csrf", page.csrf), ("id", page.value(of: "id"))]
            _ = try await staff.post(Self.path, base + [("do", "draft")], files: [("letter", "b.pdf", Self.pdf)])
            let draft = Self.path + "?draft=\(page.value(of: "id"))"
            let held = try await staff.get(draft).value(of: "letter.file")
            let typed = try await staff.post(
                draft, base + [("version", "1"), ("letter.file", held), ("days", "3"), ("do", "typing")])
            #expect(typed.status == 200 && typed.text.contains("\"version\":2"))
            let again = try await staff.get(draft)
            #expect(Self.files(again).count == 1)
            let reference = again.value(of: "letter.gone")
            _ = try await staff.post(
                draft,
                base + [
                    ("version", "2"), ("letter.file", held),
                    ("letter.gone", reference.isEmpty ? String(held.prefix { $0 != "|" }) : reference),
                    ("days", "3"), ("do", "draft"),
                ])
            #expect(Self.files(try await staff.get(draft)).isEmpty)
        }
    }

    @Test func `in the portal a file is handed in, in the person's language, and is in the record afterwards`()
        async throws
    {
        let portal = try await Self.open()
        try await portal.desk.scratch.put(
            [
                "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Delores"]]],
                "birthDate": "1948-03-14", "communication": [["language": ["coding": [["code": "es"]]]]],
            ], id: "dee")
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let before = try await staff.get(Self.path)
            _ = try await staff.post(Self.path + "/send", [("csrf", before.csrf)])
            let form = "/portal/forms/wound-care"
            let page = try await person.get(form + "?at=letter")
            #expect(page.text.contains("JPEG, PNG, PDF, hasta 5.0 MB."))
            let wrong = try await person.post(
                form, [("csrf", page.csrf), ("place", "letter"), ("do", "next")],
                files: [("letter", "x.pdf", Array("text".utf8))])
            #expect(wrong.status == 422 && wrong.text.contains("No se puede aceptar este tipo de archivo."))
            let kept = try await person.post(
                form, [("csrf", page.csrf), ("place", "letter"), ("do", "next")],
                files: [("letter", "carta.pdf", Self.pdf)])
            #expect(kept.status == 303)
            let back = try await person.get(form + "?at=letter")
            #expect(back.text.contains("Quitarlo"))
            let file = try #require(Self.files(back).first)
            #expect(try await person.get(file).bytes == Self.pdf)
            let done = try await person.post(
                form,
                [
                    ("csrf", back.csrf), ("version", back.value(of: "version")), ("place", "hurts"), ("hurts", "true"),
                    ("do", "finish"),
                ])
            #expect(done.status == 303, "\(done.text)")
            #expect(try await person.get(file).status == 404)
            let record = try await person.get("/portal/record")
            let mine = try #require(Self.files(record).first)
            #expect(record.text.contains("carta.pdf") && mine.hasPrefix("/portal/record/files/"))
            #expect(try await person.get(mine).bytes == Self.pdf)
            #expect(try await person.get("/portal/record.json").text.contains("\"resourceType\":\"Binary\""))
            // A caregiver who sees the plan has no way to it.
            let anna = try await portal.share(["plan"], person)
            #expect(try await anna.get(mine).status != 200)
            #expect(try await anna.get(file).status == 404)
        }
    }
}
