import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Records

/// Files that came with a form of questions: those that are taken, and what is wrong with the others.
struct SentFiles {
    private(set) var taken: [NewFile] = []
    private(set) var refused: [FieldError] = []

    /// - Parameters:
    ///   - form: as it was sent.
    ///   - instrument: the form; a file for what it does not ask is left out, as other fields are.
    ///   - response: the id under which the answers are kept.
    ///   - language: in which a refusal is said.
    init(_ form: Form, _ instrument: Instrument, response: String, language: String? = nil) {
        for sent in form.files {
            guard let item = instrument.item(Instrument.Place(key: sent.field).linkId), item.kind == .attachment else {
                continue
            }
            do {
                taken.append(
                    try NewFile(
                        sent.bytes, size: sent.size, name: sent.name, item: item, question: sent.field,
                        response: response, language: language))
            } catch {
                refused += error.all.map { FieldError(linkId: $0.field, message: $0.message) }
            }
        }
    }
}

/// A file that belongs to answers, as pages name it: the fields of the files in `parts/field.mustache` and
/// `assessment.mustache`.
struct ShownFile {
    let title: String
    /// "PDF, 120 kB"
    let about: String
    let href: String
    /// As the page holds it until it is sent again.
    let held: String
    let reference: String
    let isPicture: Bool

    /// - Parameters:
    ///   - file: as an answer names it.
    ///   - folder: what stands before the id of the Binary in its address.
    init(_ file: Answer.Attachment, in folder: String) {
        let kind = NewFile.Kind(rawValue: file.type)
        title = file.title.isEmpty ? "file" : file.title
        about = [kind?.words, file.bytes > 0 ? NewFile.size(file.bytes) : nil].compactMap(\.self)
            .joined(separator: ", ")
        href = folder + Self.id(file)
        held = file.held
        reference = file.reference
        isPicture = kind == .jpeg || kind == .png
    }

    static func id(_ file: Answer.Attachment) -> String { String(file.reference.split(separator: "/").last ?? "") }

    /// Gives the file itself, when a response that the reader may read names it.
    /// - Throws: ``RecordsFailure/notFound(type:id:)`` also for a file of something else.
    static func response(
        _ id: String, namedBy responses: [Resource], of person: String, by reader: Reader
    ) throws -> (binary: Resource, file: Answer.Attachment) {
        let named = responses.lazy.filter { $0.root.text("subject", "reference") == "Patient/\(person)" }
            .flatMap { Answer.Attachment.all(in: $0.root) }.first { $0.file.reference == "Binary/\(id)" }
        guard let named else { throw RecordsFailure.notFound(type: "Binary", id: id) }
        return (try reader.get("Binary", id), named.file)
    }

    /// - Returns: the bytes, of a kind that browsers only show, to be kept and never run.
    static func response(_ binary: Resource, _ file: Answer.Attachment) throws -> Response {
        guard let data = binary.root.text("data").flatMap({ Data(base64Encoded: $0) }) else {
            throw RecordsFailure.notFound(type: "Binary", id: binary.id)
        }
        var headers: HTTPFields = [:]
        RawBinary.set(&headers, type: binary.root.text("contentType"), name: file.title)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
