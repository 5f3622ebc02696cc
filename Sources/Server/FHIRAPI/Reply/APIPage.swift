import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension FHIRAPI {
    /// The page that a browser gets: the same answer, indented, references and pages as links.
    struct PageModel {
        let page: PageFrame
        let status: String
        let heading: String
        /// How it is asked for by a program.
        let address: String
        let raw: String
        let lines: [Line]
        /// What the resource says of itself in words, made safe: markup.
        let narrative: String?

        /// A line of the text in parts; a part with an address is a link.
        struct Line {
            let parts: [Part]
        }

        struct Part {
            let text: String
            let href: String?
        }
    }

    func page(
        _ answer: Reply, _ ask: Ask?, _ headers: HTTPFields, _ context: StaffContext
    ) throws -> Response {
        let text = String(decoding: PrettyJSON.text(of: answer.body).prefix(Self.longestPage), as: UTF8.self)
        let path = ask.map { "/fhir/" + $0.path.joined(separator: "/") } ?? "/fhir"
        let heading = ask.map { $0.path.isEmpty ? "FHIR" : $0.path.joined(separator: " / ") } ?? "FHIR"
        let base = ask?.base ?? ""
        let model = PageModel(
            page: PageFrame(heading, context), status: "\(answer.status.code) \(answer.status.reasonPhrase)",
            heading: heading, address: path, raw: Self.raw(ask, path),
            lines: text.split(separator: "\n").map { PageModel.Line(parts: Self.parts(of: $0, base: base)) },
            narrative: Self.narrative(answer, ask))
        var response = try services.pages.response(model, "fhir", status: answer.status)
        for field in headers where field.name != .contentType {
            response.headers[field.name] = field.value
        }
        return response
    }

    /// Of one resource that was found.
    private static func narrative(_ answer: Reply, _ ask: Ask?) -> String? {
        guard answer.status == .ok, let ask, !ask.path.isEmpty,
            let text = try? JSONDocument(answer.body.flatMap { $0 }).root.text("text", "div")
        else {
            return nil
        }
        return Narrative.safe(text)
    }

    /// The address of the same as JSON.
    private static func raw(_ ask: Ask?, _ path: String) -> String {
        guard var ask else {
            return path + "?_format=json"
        }
        ask.query = ask.query.filter { $0.name != "_format" } + [("_format", "json")]
        return "/fhir" + ask.url().dropFirst(ask.base.count)
    }

    private static let longestPage = 2 << 20

    /// A string that is an address of this API, or a reference to a resource of it, becomes a link.
    private static func parts(of line: Substring, base: String) -> [PageModel.Part] {
        for name in ["\"reference\": \"", "\"url\": \"", "\"fullUrl\": \""] {
            guard let start = line.range(of: name) else {
                continue
            }
            let rest = line[start.upperBound...]
            guard let end = rest.firstIndex(of: "\""), let href = href(String(rest[..<end]), base: base) else {
                return [PageModel.Part(text: String(line), href: nil)]
            }
            return [
                PageModel.Part(text: String(line[..<start.upperBound]), href: nil),
                PageModel.Part(text: String(rest[..<end]), href: href),
                PageModel.Part(text: String(rest[end...]), href: nil),
            ]
        }
        return [PageModel.Part(text: String(line), href: nil)]
    }

    /// Only addresses below `/fhir` of this server.
    private static func href(_ text: String, base: String) -> String? {
        if !base.isEmpty, text.hasPrefix(base + "/") || text.hasPrefix(base + "?") {
            return "/fhir" + text.dropFirst(base.count)
        }
        guard case .resource = ReferenceTarget(text) else {
            return nil
        }
        return "/fhir/" + text
    }
}
