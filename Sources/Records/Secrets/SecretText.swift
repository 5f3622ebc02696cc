import Crypto

/// Random texts that open something, and what is kept of them.
enum SecretText {
    /// 256 random bits in letters that addresses and headers take as they are.
    static func random() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String((0..<43).map { _ in letters.randomElement() ?? "x" })
    }

    /// What is kept in place of a random text. Nobody guesses 256 bits, so it needs no slow hash.
    static func hash(_ text: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }
}
