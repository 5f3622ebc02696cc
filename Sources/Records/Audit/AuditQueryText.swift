import Crypto
import Foundation

/// What was searched for, as the audit keeps it: short ones in the row, a longer one once in `audit_query`, to which its
/// rows point by a hash. A page of fifty people has fifty rows and the text of the search once.
enum AuditQueryText {
    static let mark = "#"
    private static let longestInRow = 48
    /// Longer than anything that people type; what a program sends beyond it is named by its length.
    private static let longest = 8_000

    /// The text, short enough to be kept.
    static func cut(_ query: String) -> String {
        guard query.utf8.count > longest else {
            return query
        }
        return String(decoding: Array(query.utf8.prefix(longest)), as: UTF8.self) + "&…=\(query.utf8.count)+bytes"
    }

    /// - Returns: what stands in the row's column.
    /// - Throws: what the database reports.
    static func keep(_ query: String, on connection: any Connection) throws -> String {
        guard query.utf8.count > longestInRow || query.hasPrefix(mark) else {
            return query
        }
        let hash = hash(query)
        try connection.send(
            "INSERT INTO audit_query (hash, text) VALUES ($1, $2) ON CONFLICT DO NOTHING", [.text(hash), .text(query)])
        return mark + hash
    }

    /// The hash that a column points to; nil when the text itself stands there.
    static func pointed(_ column: String) -> String? {
        column.hasPrefix(mark) ? String(column.dropFirst()) : nil
    }

    /// 128 bits, as text.
    static func hash(_ query: String) -> String {
        Data(SHA256.hash(data: Data(query.utf8)).prefix(16)).base64EncodedString()
    }
}
