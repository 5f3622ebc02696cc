/// An ICD-10-CM code in one machine word: up to seven characters from the left, its length in the last byte.
///
/// The form is checked (letter, digit, letter or digit, then up to four more), not whether the code is in this year's
/// list: the models know only the codes that matter to them.
package struct DiagnosisCode: Hashable, Sendable {
    let packed: UInt64

    private init(packed: UInt64) { self.packed = packed }

    /// Reads a code with or without its dot, in any case, with spaces around it. Nil when the form is not ICD-10-CM.
    package init?(_ text: some StringProtocol) {
        guard let code = DiagnosisCode(prefix: text), code.length >= 3 else { return nil }
        self = code
    }

    /// Reads the start of a code, as tables hold it: one to seven characters.
    init?(prefix text: some StringProtocol) {
        var packed: UInt64 = 0
        var length = 0
        var ended = false
        var dotted = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: " ") {
                ended = length > 0
                continue
            }
            if ended { return nil }
            if byte == UInt8(ascii: ".") {
                guard length == 3, !dotted else { return nil }
                dotted = true
                continue
            }
            guard length < 7, let upper = DiagnosisCode.accepted(byte, at: length) else { return nil }
            packed |= UInt64(upper) << UInt64(56 - 8 * length)
            length += 1
        }
        guard length > 0, !(dotted && length == 3) else { return nil }
        self.packed = packed | UInt64(length)
    }

    private static func accepted(_ byte: UInt8, at place: Int) -> UInt8? {
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        if isDigit { return place == 0 ? nil : byte }
        let upper = byte & 0xDF
        let isLetter = byte >= UInt8(ascii: "A") && upper >= UInt8(ascii: "A") && upper <= UInt8(ascii: "Z")
        return isLetter && place != 1 ? upper : nil
    }

    /// Characters without the dot.
    var length: Int { Int(packed & 0xFF) }

    /// The first `count` characters; itself when it has no more.
    func prefix(_ count: Int) -> DiagnosisCode {
        guard count < length, count > 0 else { return self }
        let kept = ~UInt64(0) << UInt64(64 - 8 * count)
        return DiagnosisCode(packed: packed & kept | UInt64(count))
    }

    /// The code as tables write it: upper case, no dot.
    package var undotted: String {
        String(decoding: (0..<length).map { UInt8(truncatingIfNeeded: packed >> UInt64(56 - 8 * $0)) }, as: UTF8.self)
    }

    /// The code as people write it: E11.22.
    package var dotted: String {
        let text = undotted
        return length > 3 ? text.prefix(3) + "." + text.dropFirst(3) : text
    }
}
