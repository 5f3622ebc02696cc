import Care
import Content
import HTTPTypes
import Hummingbird
import NIOCore

/// A page for paper as a file to keep.
struct PaperFile: Sendable {
    let services: Services

    /// The styles that such a page carries within itself.
    var sheet: String { String(decoding: services.content.file("design/paper.css") ?? [], as: UTF8.self) }

    /// - Parameters:
    ///   - model: of a template whose head is `paper-head`, with ``sheet`` in its frame.
    ///   - template: its name.
    ///   - name: of the file, without its ending; letters of the program's own.
    /// - Returns: the file, to be kept and not shown.
    /// - Throws: ``NotNow`` where nothing is installed that makes PDF files; ``PDFPrinter/Failure``.
    func response(_ model: Any, _ template: String, name: String) async throws -> Response {
        guard let printer = services.printer else {
            throw NotNow("This site has no program that makes PDF files. Open the page for paper and save it as a PDF.")
        }
        let file = try await printer.print(try services.pages.html(model, template))
        var response = Response(
            status: .ok, headers: [.contentType: "application/pdf", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: file)))
        if let disposition = HTTPField.Name("Content-Disposition") {
            response.headers[disposition] = "attachment; filename=\"\(name).pdf\""
        }
        return response
    }
}
