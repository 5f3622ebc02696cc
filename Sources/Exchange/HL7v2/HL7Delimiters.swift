/// The characters that take a message apart, as its MSH-1 and MSH-2 name them.
package struct HL7Delimiters: Sendable, Equatable {
    package let field: UInt8
    package let component: UInt8
    package let repetition: UInt8
    package let escape: UInt8
    package let subcomponent: UInt8
    /// HL7 v2.7 and later: ends a text that was cut.
    package let truncation: UInt8?

    /// `|^~\&`
    package static let usual = HL7Delimiters(Array("|^~\\&".utf8))

    private init(_ bytes: [UInt8]) {
        (field, component, repetition, escape, subcomponent) = (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4])
        truncation = nil
    }

    /// Reads those of a message.
    /// - Parameter header: UTF-8 text that begins with `MSH`.
    /// - Throws: `HL7Fault` when they are too few, no ASCII signs, or not all different.
    package init(header: ArraySlice<UInt8>) throws(HL7Fault) {
        let rest = header.dropFirst(3)
        guard let field = rest.first else {
            throw HL7Fault(.segmentSequence, at: "MSH-1", "the field separator is missing", isRejected: true)
        }
        let signs = Array(rest.dropFirst().prefix(6).prefix { $0 != field && $0 != 13 && $0 != 10 })
        // Two are all that old senders write who use neither escapes nor subcomponents.
        guard (2...5).contains(signs.count) else {
            throw HL7Fault(.dataType, at: "MSH-2", "two to five encoding characters are expected", isRejected: true)
        }
        let all = [field] + signs
        guard all.allSatisfy({ (33...126).contains($0) && !Self.isAlphanumeric($0) }), Set(all).count == all.count
        else {
            throw HL7Fault(
                .dataType, at: "MSH-2", "the encoding characters are not different signs of ASCII", isRejected: true)
        }
        self.field = field
        component = signs[0]
        repetition = signs[1]
        // A byte that UTF-8 never holds stands for "none".
        escape = signs.count > 2 ? signs[2] : 0xFF
        subcomponent = signs.count > 3 ? signs[3] : 0xFF
        truncation = signs.count > 4 ? signs[4] : nil
    }

    /// MSH-2 as it is written.
    package var encodingCharacters: [UInt8] {
        [component, repetition, escape, subcomponent].filter { $0 != 0xFF } + (truncation.map { [$0] } ?? [])
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
