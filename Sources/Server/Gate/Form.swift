package import Hummingbird
import NIOCore

/// What a person sent with a form, or asked for in an address: names and values in their order.
package struct Form: Sendable {
    static let largestBody = 1 << 20
    private static let mostFields = 2_000

    package private(set) var fields: [(name: String, value: String)]

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

    /// - Throws: 413 when it is too long.
    static func read(_ request: Request) async throws -> Form {
        var request = request
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
