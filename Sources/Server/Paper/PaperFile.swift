import Care
import Content
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A page for paper as a file to keep.
struct PaperFile: Sendable {
    let services: Services

    /// The styles of paper go into the page itself, for the printer fetches nothing. What people wrote is escaped: the first
    /// end of a head is the template's own.
    private func styled(_ html: String) -> String {
        guard let end = html.range(of: "</head>") else {
            return html
        }
        let sheet = String(decoding: services.content.file("design/paper.css") ?? [], as: UTF8.self)
        return html[..<end.lowerBound] + "<style>\(sheet)</style>" + html[end.lowerBound...]
    }

    /// - Parameters:
    ///   - model: of a template whose head is `paper-head`.
    ///   - template: its name.
    ///   - name: of the file, without its ending; letters of the program's own.
    /// - Returns: the file, to be kept and not shown.
    /// - Throws: ``NotNow`` where nothing is installed that makes PDF files; ``PDFPrinter/Failure``.
    func response(_ model: Any, _ template: String, name: String) async throws -> Response {
        guard let printer = services.printer else {
            throw NotNow("This site has no program that makes PDF files. Open the page for paper and save it as a PDF.")
        }
        let file = try await printer.print(styled(try services.pages.html(model, template)))
        var response = Response(
            status: .ok, headers: [.contentType: "application/pdf", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: file)))
        if let disposition = HTTPField.Name("Content-Disposition") {
            response.headers[disposition] = "attachment; filename=\"\(name).pdf\""
        }
        return response
    }
}
