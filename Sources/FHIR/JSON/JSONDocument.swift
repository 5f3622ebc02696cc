import CSimdJSON

/// Why a text is not JSON, in plain words and without a piece of the text.
package struct JSONError: Error, Sendable, Equatable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// A parsed, immutable JSON text: the bytes as received plus a tape with one node a value.
///
/// Everything is visited once by simdjson On-Demand, which keeps the digits of numbers. Refused are invalid UTF-8, bad
/// escapes, malformed numbers, duplicate names, text after the value and nesting deeper than ``maxDepth``.
package final class JSONDocument: Sendable {
    /// FHIR's deepest real resources stay under 30 levels.
    package static let maxDepth = 100

    package let bytes: [UInt8]
    let nodes: [almoner_node]

    /// - Parameter bytes: one JSON object or array in UTF-8.
    /// - Throws: the reason why the text is refused.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        var tape = almoner_tape()
        let reason = bytes.withUnsafeBufferPointer { buffer in
            almoner_tape_build(buffer.baseAddress, buffer.count, Self.maxDepth, &tape)
        }
        if let reason {
            throw JSONError(reason: String(cString: reason))
        }
        defer { almoner_tape_free(&tape) }
        self.bytes = bytes
        nodes = Array(UnsafeBufferPointer(start: tape.nodes, count: tape.count))
    }

    /// Parses a text that holds one JSON object or array; fails with a ``JSONError`` as for bytes.
    package convenience init(text: String) throws(JSONError) {
        try self.init(Array(text.utf8))
    }

    package var root: JSONNode { JSONNode(document: self, index: 0) }
}
