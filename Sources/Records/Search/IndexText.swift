import Crypto

/// Texts as index rows hold them: without U+0000, which no database takes, and short enough for a key. Whoever looks a
/// text up brings it into this form first.
enum IndexText {
    /// PostgreSQL takes keys of up to 2,700 bytes, the other columns included.
    private static let longest = 1_000
    private static let begin = 900

    /// The text itself when it is fit; of a longer one the beginning and a hash of all of it, so that two long texts
    /// stay two.
    static func kept(_ text: String) -> String {
        var text = text
        let isFit = text.withUTF8 { utf8 in utf8.count <= longest && !utf8.contains(0) }
        if isFit {
            return text
        }
        let whole = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value != 0 }))
        guard whole.utf8.count > longest else {
            return whole
        }
        let hash = SHA256.hash(data: Array(whole.utf8)).prefix(16)
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        var head = String.UnicodeScalarView()
        var length = 0
        for scalar in whole.unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= begin else {
                break
            }
            head.append(scalar)
        }
        return String(head) + "#" + hash
    }
}
