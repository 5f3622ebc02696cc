import Crypto
import FHIR
import Foundation
import HTTPTypes

/// Where a page ended, as an opaque text in the address of the next. It belongs to one question and holds only what the
/// page itself has shown.
enum PlaceMark {
    private static let version = "1"

    /// - Parameters:
    ///   - parts: the keys of the last one that was shown.
    ///   - question: what was asked; the mark is good for nothing else.
    /// - Returns: fit for an address as it is.
    static func text(_ parts: [String], of question: String) -> String {
        let inner = ([version] + parts).joined(separator: "\n")
        return base64URL(Array((check(inner, question) + "\n" + inner).utf8))
    }

    /// - Throws: 400 for what is no mark of this question.
    static func parts(_ text: String, of question: String) throws -> [String] {
        var plain = text.replacing("-", with: "+").replacing("_", with: "/")
        plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: plain), let inner = String(validating: data, as: UTF8.self) else {
            throw refused
        }
        let parts = inner.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, parts[1] == version,
            parts[0] == check(parts.dropFirst().joined(separator: "\n"), question)
        else {
            throw refused
        }
        return Array(parts.dropFirst(2))
    }

    private static var refused: Refusal {
        Refusal(
            .badRequest, .value, "The page mark is broken or belongs to another question. Start again at the first.")
    }

    private static func check(_ inner: String, _ question: String) -> String {
        SHA256.hash(data: Array("\(question)\n\(inner)".utf8)).prefix(6).map { String($0, radix: 16) }.joined()
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension Ask {
    static let cursor = "_cursor"
    static let mostOnAPage = 1_000
    static let usualPage = 20

    /// How many a page holds. FHIR R4 §3.1.1.5.6
    /// - Throws: 400 for what is no number.
    func count() throws -> Int {
        guard let text = parameter("_count") else {
            return Self.usualPage
        }
        guard let count = Int(text), count >= 0 else {
            throw Refusal(.badRequest, .value, "_count is a whole number that is not negative.")
        }
        return min(count, Self.mostOnAPage)
    }

    /// What is asked for without the place in it: what a page mark belongs to.
    var question: String {
        ([path.joined(separator: "/")]
            + query.filter { $0.name != Self.cursor && $0.name != "_count" && !Self.ofTheAnswer.contains($0.name) }
            .map { "\($0.name)=\($0.value)" }.sorted()).joined(separator: "\n")
    }

    /// The address of this question, or of its next page.
    func url(after mark: String? = nil) -> String {
        var parameters = query.filter { $0.name != Self.cursor || mark == nil }
        if let mark {
            parameters.append((Self.cursor, mark))
        }
        let query = parameters.map { "\($0.name.formEncoded)=\($0.value.formEncoded)" }.joined(separator: "&")
        return query.isEmpty ? address : "\(address)?\(query)"
    }

    /// The address without parameters; a search by POST has the address of the same search by GET.
    var address: String {
        let path = path.filter { $0 != "_search" }.map(\.formEncoded).joined(separator: "/")
        return path.isEmpty ? base : "\(base)/\(path.replacing("%24", with: "$").replacing("%2A", with: "*"))"
    }

    /// A moment that a parameter names, as the stretch of time that it covers.
    /// - Throws: 400 for what is no date.
    func moment(_ name: String) throws -> Range<Int64>? {
        guard let text = parameter(name) else {
            return nil
        }
        guard let date = FHIRDate(text, as: .search), date.low < date.high else {
            throw Refusal(.badRequest, .value, "\(name) is a date or a time, for example 2026-11-22T10:00:00Z.")
        }
        return date.low..<date.high
    }
}
