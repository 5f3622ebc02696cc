package import FHIR
import Foundation
package import Records

/// A file that came with a form and is not stored yet. It becomes a Binary that is treated as the person whose answers it
/// belongs to (`Binary.securityContext`); the answer holds its address, and the labels of the answers go over to it.
package struct NewFile: Sendable {
    /// The most bytes of one file: a photograph of a telephone fits.
    package static let mostBytes = 5_000_000

    /// What is taken. The bytes decide, not the name and not what the browser says.
    package enum Kind: String, Sendable, CaseIterable {
        case jpeg = "image/jpeg"
        case png = "image/png"
        case pdf = "application/pdf"

        /// How its files begin: ITU-T T.81 annex B, PNG (W3C 2003) 5.2, ISO 32000-1 7.5.2.
        private var begin: [UInt8] {
            switch self {
            case .jpeg: [0xFF, 0xD8, 0xFF]
            case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            case .pdf: Array("%PDF-".utf8)
            }
        }

        package init?(_ bytes: [UInt8]) {
            guard let kind = Self.allCases.first(where: { bytes.starts(with: $0.begin) }) else { return nil }
            self = kind
        }

        /// What a question takes, of what is taken at all.
        package static func of(_ item: Instrument.Item) -> [Kind] {
            allCases.filter { item.limits.mimeTypes.isEmpty || item.limits.mimeTypes.contains($0.rawValue) }
        }

        package var words: String {
            switch self {
            case .jpeg: "JPEG"
            case .png: "PNG"
            case .pdf: "PDF"
            }
        }
    }

    /// The question, or that of a row.
    package let question: String
    /// As the answer names it.
    package let attachment: Answer.Attachment
    private let data: String

    /// - Parameters:
    ///   - bytes: nil for a file of which no more than its size is known, for it is too large.
    ///   - size: how many bytes came.
    ///   - name: what the file is called where it comes from.
    ///   - item: the question.
    ///   - question: its name in the form, with the row.
    ///   - response: the id of the response. The same file of the same response is stored once.
    ///   - language: in which a refusal is said.
    /// - Throws: ``FormProblems`` at the question for a file that is empty, too large, or of a kind that is not taken.
    package init(
        _ bytes: [UInt8]?, size: Int, name: String, item: Instrument.Item, question: String, response: String,
        language: String? = nil
    ) throws(FormProblems) {
        let say = FaultWords(language)
        let most = Self.most(of: item)
        guard size <= most, let bytes else { throw FormProblems(question, say.tooLarge(Self.size(most))) }
        guard !bytes.isEmpty else { throw FormProblems(question, say.empty) }
        let kinds = Kind.of(item)
        guard let kind = Kind(bytes), kinds.contains(kind) else {
            throw FormProblems(question, say.kinds(kinds.map(\.words)))
        }
        data = Data(bytes).base64EncodedString()
        self.question = question
        attachment = Answer.Attachment(
            reference: "Binary/" + StableID.of("\(response)|\(question)|\(data)"), type: kind.rawValue,
            title: Answer.Attachment.title(name), bytes: bytes.count)
    }

    /// The most bytes that a question takes.
    package static func most(of item: Instrument.Item) -> Int { min(item.limits.mostBytes ?? mostBytes, mostBytes) }

    /// A size as people read it.
    package static func size(_ bytes: Int) -> String {
        bytes >= 1_000_000 ? "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000) MB" : "\(max(1, bytes / 1_000)) kB"
    }

    /// Stores it, unless it is there.
    package func store(of person: String, in change: Change) throws {
        let id = String(attachment.reference.dropFirst("Binary/".count))
        if let standing = try change.reader.find("Binary", id) {
            guard Self.isOf(person, standing.root) else { throw RecordsFailure.notFound(type: "Binary", id: id) }
            return
        }
        try change.create(
            [
                "resourceType": "Binary", "contentType": .string(attachment.type),
                "securityContext": .reference("Patient/\(person)"), "data": .string(data),
            ], id: id)
    }

    /// Whether a Binary is a file of that person.
    static func isOf(_ person: String, _ binary: JSONNode) -> Bool {
        binary.text("securityContext", "reference") == "Patient/\(person)"
    }
}

extension Instrument {
    /// The answers with files that came with them: a question that takes one has the new one.
    package func answers(_ answers: Answers, adding files: [NewFile]) -> Answers {
        var answers = answers
        for file in files {
            let repeats = item(Place(key: file.question).linkId)?.repeats ?? false
            let standing = repeats ? answers[file.question] ?? [] : []
            let isThere = standing.contains {
                if case .attachment(let other) = $0 { other.reference == file.attachment.reference } else { false }
            }
            answers[file.question] = isThere ? standing : standing + [.attachment(file.attachment)]
        }
        return answers
    }
}

extension Answer.Attachment {
    /// A name as it is kept: without where the file lay, and without signs that cannot be shown.
    static func title(_ name: String) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let signs = last.unicodeScalars.filter {
            !$0.properties.isDefaultIgnorableCodePoint && $0.properties.generalCategory != .control && $0 != "|"
        }
        var text = String(String.UnicodeScalarView(signs.prefix(120)))[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text.isEmpty ? "file" : String(text)
    }

    /// The files that a response names, with the link ids of their questions, in its order.
    package static func all(in response: JSONNode) -> [(question: String, file: Answer.Attachment)] {
        response.list("item").flatMap { item -> [(question: String, file: Answer.Attachment)] in
            let answers = item.list("answer")
            let own = answers.compactMap { node -> (question: String, file: Answer.Attachment)? in
                guard case .attachment(let file)? = Answer(node, prefix: "value") else { return nil }
                return (item.text("linkId") ?? "", file)
            }
            return own + all(in: item) + answers.flatMap { all(in: $0) }
        }
    }
}

extension SubmitAssessment {
    /// A page sends along which files were there before. Only what is a file of this person, and open to who sends it, is
    /// believed; what it is comes from the file.
    mutating func believeFiles(_ known: Answers, in change: Change) throws {
        let mine = Set(files.map(\.attachment.reference))
        let standing = known.values.joined().compactMap { answer -> String? in
            if case .attachment(let file) = answer { file.reference } else { nil }
        }
        for (key, given) in answers {
            guard given.contains(where: { if case .attachment = $0 { true } else { false } }) else { continue }
            var kept: [Answer] = []
            for answer in given {
                guard case .attachment(let file) = answer, !mine.contains(file.reference) else {
                    kept.append(answer)
                    continue
                }
                if known[key]?.contains(answer) == true {
                    kept.append(answer)
                } else if let found = try change.reader.find(reference: file.reference),
                    NewFile.isOf(person, found.root) || standing.contains(file.reference),
                    let data = found.root.text("data")
                {
                    let padding = data.utf8.suffix(2).count { $0 == UInt8(ascii: "=") }
                    kept.append(
                        .attachment(
                            .init(
                                reference: file.reference, type: found.root.text("contentType") ?? "",
                                title: Answer.Attachment.title(file.title), bytes: data.utf8.count / 4 * 3 - padding)))
                } else {
                    refusedFiles.append(FieldError(linkId: key, message: FaultWords(speaks).gone))
                }
            }
            answers[key] = kept.isEmpty ? nil : kept
        }
    }
}
