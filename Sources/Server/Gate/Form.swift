package import Hummingbird
import NIOCore

/// What a person sent with a form, or asked for in an address: names and values in their order.
package struct Form: Sendable {
    static let largestBody = 1 << 20
    private static let mostFields = 2_000

    package private(set) var fields: [(name: String, value: String)]
    /// What was chosen to go along; only where it is asked for.
    private(set) var files: [SentFile] = []

    package init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    /// Reads `application/x-www-form-urlencoded`. What cannot be read is left out; texts end in one kind of line break.
    package init(encoded: String) {
        var fields: [(name: String, value: String)] = []
        for pair in encoded.split(separator: "&").prefix(Self.mostFields) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentText.decoded(sides[0]),
                let value = PercentText.decoded(sides.count > 1 ? sides[1] : "")
            else {
                continue
            }
            fields.append((name, value.replacing("\r\n", with: "\n")))
        }
        self.fields = fields
    }

    /// The most that is held of one file and of all of them.
    static let filesTaken = (one: 5_000_000, all: 20_000_000)

    /// - Parameters:
    ///   - request: with the form as its body.
    ///   - takesFiles: whether the page asks for files; else no byte of one is held.
    /// - Returns: its fields, and the files where they are taken.
    /// - Throws: 413 when it is too long, 400 when it is not well formed.
    static func read(_ request: Request, takesFiles: Bool = false) async throws -> Form {
        var request = request
        let bounds = MultipartReader.Bounds(
            file: takesFiles ? filesTaken.one : 0, allFiles: takesFiles ? filesTaken.all : 0)
        if var reader = request.headers[.contentType].flatMap({ MultipartReader(contentType: $0, bounds: bounds) }) {
            for try await piece in request.body { try reader.read(piece) }
            try reader.finish()
            var form = Form(reader.fields)
            form.files = reader.files
            return form
        }
        let body = try await request.collectBody(upTo: largestBody)
        return Form(encoded: String(buffer: body))
    }

    /// What stands behind the question mark.
    static func query(of request: Request) -> Form {
        Form(encoded: request.uri.query ?? "")
    }

    /// The first value of that name without white space around it; nil when it is missing or empty.
    package subscript(_ name: String) -> String? {
        guard let value = fields.first(where: { $0.name == name })?.value.trimmed, !value.isEmpty else {
            return nil
        }
        return value
    }

    package func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    package mutating func set(_ name: String, _ value: String?) {
        fields.removeAll { $0.name == name }
        if let value {
            fields.append((name, value))
        }
    }

    /// As it goes behind a question mark.
    package var encoded: String {
        fields.map { "\($0.name.formEncoded)=\($0.value.formEncoded)" }.joined(separator: "&")
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace {
            text.removeFirst()
        }
        while let last = text.last, last.isWhitespace {
            text.removeLast()
        }
        return String(text)
    }

    /// Safe as a part of an address or a form.
    var formEncoded: String {
        var out = ""
        for byte in utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                out += byte < 16 ? "%0" : "%"
                out += String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}
