import Crypto

/// RFC 6238 with what every authenticator app knows: SHA-1, 30 seconds, 6 digits.
package enum TOTP {
    static let secretBytes = 20
    private static let stepMilliseconds: Int64 = 30_000
    /// Steps by which the clock of a phone may be off.
    private static let drift: Int64 = 1

    package static func step(at now: Int64) -> Int64 { now / stepMilliseconds }

    /// RFC 4226 §5.3: the digits of one step.
    package static func code(_ secret: [UInt8], step: Int64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * Int64($0))) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int((hash.last ?? 0) & 0x0f)
        let bytes = hash.dropFirst(offset).prefix(4)
        let number = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The step that a code is of; nil when it is of none that counts now. Neither the last step whose code was taken nor an
    /// earlier one is taken again.
    static func step(of code: String, _ secret: [UInt8], at now: Int64, after last: Int64) -> Int64? {
        var found: Int64?
        let here = step(at: now)
        for step in (here - drift)...(here + drift) where Self.code(secret, step: step).isSameSecret(as: code) {
            found = found ?? (step > last ? step : nil)
        }
        return found
    }

    /// RFC 4648 §6, as authenticator apps take a secret that is typed.
    package static func base32(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var text = ""
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = (buffer << 8 | UInt32(byte)) & 0xffff
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(letters[Int(buffer >> bits & 31)])
            }
        }
        if bits > 0 {
            text.append(letters[Int(buffer << (5 - bits) & 31)])
        }
        return text
    }
}

extension String {
    /// Compares without telling by its time where the texts differ.
    package func isSameSecret(as other: String) -> Bool {
        let left = Array(utf8)
        let right = Array(other.utf8)
        guard left.count == right.count else {
            return false
        }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
