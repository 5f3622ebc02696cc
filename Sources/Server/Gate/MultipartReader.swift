import Hummingbird
import NIOCore

/// A file that came with a form.
struct SentFile: Sendable {
    /// The field that it was chosen in.
    let field: String
    /// What it is called where it comes from.
    let name: String
    /// How many bytes came.
    var size = 0
    /// Nil when more came than are kept.
    var bytes: [UInt8]? = []
}

/// Reads `multipart/form-data` as browsers write it (RFC 7578; names escaped as HTML, 4.10.21.8, says) while it arrives: no more
/// of it is held than is kept. It is strict: what is not well formed is refused as a whole.
struct MultipartReader {
    /// How much is taken of what somebody sends.
    struct Bounds {
        /// The whole request; what is above it is not read.
        var body = 64_000_000
        /// All fields that are no files.
        var fields = Form.largestBody
        var mostFields = 2_000
        /// One file, and all of them. Of what is larger only the size is known in the end.
        var file: Int
        var allFiles: Int
        var mostFiles = 20
    }

    private enum Place {
        case start, betweenParts, head
        case field(String)
        case file(SentFile)
        case end, behindTheEnd
    }

    private let bounds: Bounds
    private let delimiter: [UInt8]
    private var place = Place.start
    private var waiting = ByteBuffer(string: "\r\n")
    private var text: [UInt8] = []
    private var seen = 0
    private var heldFields = 0
    private var heldFiles = 0
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var files: [SentFile] = []

    private static let mostHead = 8_192
    static let malformed = HTTPError(.badRequest, message: "The form did not arrive as a whole. Open the page again.")

    /// Nothing when it is another kind of form, or names no boundary that RFC 2046 5.1.1 allows.
    /// - Parameters:
    ///   - contentType: of the request.
    ///   - bounds: what is held at most.
    init?(contentType: String, bounds: Bounds) {
        let parts = contentType.split(separator: ";").map { String($0).trimmed }
        guard parts.first?.lowercased() == "multipart/form-data",
            let given = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { return nil }
        var boundary = given.dropFirst("boundary=".count)
        if boundary.count > 1, boundary.hasPrefix("\""), boundary.hasSuffix("\"") {
            boundary = boundary.dropFirst().dropLast()
        }
        guard (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\"") })
        else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.bounds = bounds
    }

    /// Takes what arrived.
    /// - Throws: ``HTTPError``: 400 when it is not well formed, 413 when it is too much.
    mutating func read(_ arrived: ByteBuffer) throws {
        seen += arrived.readableBytes
        guard seen <= bounds.body else { throw HTTPError(.contentTooLarge) }
        var arrived = arrived
        waiting.writeBuffer(&arrived)
        while try step() {}
        waiting.discardReadBytes()
    }

    /// - Throws: 400 when the last part did not end.
    func finish() throws {
        switch place {
        case .end, .behindTheEnd: return
        default: throw Self.malformed
        }
    }

    /// - Returns: false when more has to arrive first.
    private mutating func step() throws -> Bool {
        switch place {
        case .start:
            // A part begins on a line of its own; browsers write nothing before the first.
            guard waiting.readableBytes >= delimiter.count else { return false }
            guard waiting.readBytes(length: delimiter.count) == delimiter else { throw Self.malformed }
            place = .betweenParts
        case .betweenParts:
            guard let two = waiting.readBytes(length: 2) else { return false }
            switch two {
            case [13, 10]: place = .head
            case [45, 45]: place = .end
            default: throw Self.malformed
            }
        case .head: return try readHead()
        case .field, .file: return try readBody()
        case .end:
            // RFC 2046 lets lines stand behind the end; they mean nothing.
            guard let next = waiting.readInteger(as: UInt8.self) else { return false }
            guard [9, 13, 32].contains(next) else { throw Self.malformed }
            place = .behindTheEnd
        case .behindTheEnd:
            waiting.clear()
            return false
        }
        return true
    }

    private mutating func readHead() throws -> Bool {
        let ending: [UInt8] = [13, 10, 13, 10]
        guard let length = Self.place(of: ending, in: waiting.readableBytesView) else {
            guard waiting.readableBytes <= Self.mostHead else { throw Self.malformed }
            return false
        }
        guard length <= Self.mostHead, let bytes = waiting.readBytes(length: length + ending.count),
            let head = String(validating: bytes.dropLast(ending.count), as: UTF8.self)
        else { throw Self.malformed }
        let lines = head.split(separator: "\r\n").compactMap { line -> String? in
            let sides = line.split(separator: ":", maxSplits: 1)
            return sides.count == 2 && sides.first?.lowercased() == "content-disposition"
                ? sides.last.map(String.init) : nil
        }
        guard lines.count == 1, let line = lines.first, let said = Self.parameters(line), let name = said["name"] else {
            throw Self.malformed
        }
        if let file = said["filename"] {
            guard files.count < bounds.mostFiles else { throw HTTPError(.contentTooLarge) }
            place = .file(SentFile(field: name, name: file))
        } else {
            guard fields.count < bounds.mostFields else { throw HTTPError(.contentTooLarge) }
            place = .field(name)
            text = []
        }
        return true
    }

    /// Takes what surely belongs to the part: the rest may be the beginning of its end.
    private mutating func readBody() throws -> Bool {
        let end = Self.place(of: delimiter, in: waiting.readableBytesView)
        let length = end ?? max(0, waiting.readableBytes - delimiter.count + 1)
        guard let bytes = waiting.readSlice(length: length) else { throw Self.malformed }
        try take(bytes.readableBytesView)
        guard end != nil else { return false }
        waiting.moveReaderIndex(forwardBy: delimiter.count)
        switch place {
        case .field(let name):
            guard let value = String(validating: text, as: UTF8.self) else { throw Self.malformed }
            fields.append((name, value.replacing("\r\n", with: "\n")))
        case .file(let file):
            // A browser sends a part also where no file was chosen.
            if !file.name.isEmpty || file.size > 0 { files.append(file) }
        default: break
        }
        place = .betweenParts
        return true
    }

    private mutating func take(_ bytes: ByteBufferView) throws {
        switch place {
        case .field(let name):
            heldFields += bytes.count
            guard heldFields <= bounds.fields else { throw HTTPError(.contentTooLarge) }
            text.append(contentsOf: bytes)
            place = .field(name)
        case .file(var file):
            file.size += bytes.count
            if file.bytes != nil, file.size > bounds.file || heldFiles + bytes.count > bounds.allFiles {
                heldFiles -= file.bytes?.count ?? 0
                file.bytes = nil
            }
            if file.bytes != nil {
                heldFiles += bytes.count
                // Taken out first: two names of one array would copy it with each piece.
                place = .end
                file.bytes?.append(contentsOf: bytes)
            }
            place = .file(file)
        default: break
        }
    }

    /// Where some bytes that begin with a carriage return stand, counted from the beginning.
    private static func place(of wanted: [UInt8], in view: ByteBufferView) -> Int? {
        var rest = view
        while let found = rest.firstIndex(of: 13) {
            let here = rest.suffix(from: found)
            if here.starts(with: wanted) { return found - view.startIndex }
            rest = here.dropFirst()
        }
        return nil
    }

    /// `form-data; name="x"; filename="y"`: quotation marks and line ends of a name arrive as `%22`, `%0D` and `%0A`.
    private static func parameters(_ line: String) -> [String: String]? {
        var rest = line[...]
        guard String(rest.prefix { $0 != ";" }).trimmed.lowercased() == "form-data" else { return nil }
        rest = rest.drop { $0 != ";" }
        var found: [String: String] = [:]
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " }
            let name = rest.prefix { $0 != "=" }.lowercased()
            rest = rest.drop { $0 != "=" }.dropFirst()
            guard rest.first == "\"" else { return nil }
            let value = rest.dropFirst().prefix { $0 != "\"" }
            rest = rest.dropFirst(value.count + 1)
            guard rest.first == "\"", found[name] == nil else { return nil }
            rest = rest.dropFirst()
            found[name] = String(value).replacing("%22", with: "\"").replacing("%0D", with: "\r")
                .replacing("%0A", with: "\n")
        }
        return rest.allSatisfy(\.isWhitespace) ? found : nil
    }
}
