import FHIR
import HTTPTypes

/// How addresses of the API are read.
enum APIAddress {
    /// The longest address that is read at all.
    static let longest = 32 * 1024
    static let mostParameters = 1_000

    /// The parts of a path, decoded; empty parts fall away.
    /// - Throws: 400 when it cannot be decoded.
    static func parts(_ path: some StringProtocol) throws -> [String] {
        try path.split(separator: "/").map { part in
            guard let text = PercentText.decoded(part, plusIsSpace: false), !text.utf8.contains(0) else {
                throw Refusal(.badRequest, .value, "The address cannot be read: its escapes are broken.")
            }
            return text
        }
    }

    /// The names and values behind a question mark or in a form.
    /// - Throws: 400 when they cannot be decoded or are too many.
    static func parameters(_ text: some StringProtocol) throws -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        for pair in text.split(separator: "&") {
            guard found.count < mostParameters else {
                throw Refusal(.badRequest, .tooCostly, "More than \(mostParameters) parameters are not read.")
            }
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentText.decoded(sides[0]),
                let value = PercentText.decoded(sides.count > 1 ? sides[1] : ""),
                !name.utf8.contains(0), !value.utf8.contains(0)
            else {
                throw Refusal(.badRequest, .value, "A parameter cannot be read: its escapes are broken.")
            }
            found.append((name, value))
        }
        return found
    }

    /// Splits `Patient?identifier=7`, at most once.
    static func halves(_ text: String) -> (path: Substring, query: Substring) {
        guard let mark = text.firstIndex(of: "?") else {
            return (text[...], "")
        }
        return (text[..<mark], text[text.index(after: mark)...])
    }
}
