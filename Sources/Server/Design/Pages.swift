package import Content
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// The page templates, parsed once at start.
package struct Pages: Sendable {
    /// The template that is missing or cannot be parsed.
    package struct Broken: Error {
        package let template: String
        package let reason: String
    }

    private let library: MustacheLibrary

    package init(content: Content) throws {
        var library = MustacheLibrary()
        for name in content.files(under: "pages/") where name.hasSuffix(".mustache") {
            let text = String(decoding: content.file(name) ?? [], as: UTF8.self)
            do {
                try library.register(text, named: String(name.dropFirst("pages/".count).dropLast(".mustache".count)))
            } catch {
                throw Broken(template: name, reason: "\(error)")
            }
        }
        self.library = library
    }

    /// Fills a template.
    /// - Parameters:
    ///   - model: the view model that the head of the template describes.
    ///   - template: for example `panel`.
    /// - Returns: the text of the page.
    /// - Throws: ``Broken`` when there is no such template.
    func html(_ model: Any, _ template: String) throws -> String {
        guard let text = library.render(ReadOnce.tree(model) ?? model, withTemplate: template) else {
            throw Broken(template: template, reason: "There is no such template.")
        }
        return text
    }

    func response(_ model: Any, _ template: String, status: HTTPResponse.Status = .ok) throws -> Response {
        Response.html(try html(model, template), status: status)
    }
}

extension Response {
    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A file to be kept and not to be shown: whatever is in it, the browser does nothing with it.
    static func file(_ text: String, type: String, name: String) -> Response {
        var response = Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        if let disposition = HTTPField.Name("Content-Disposition") {
            response.headers[disposition] = "attachment; filename=\"\(name)\""
        }
        return response
    }

    /// Go and look there: after a form has done its work.
    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }
}
