import Testing

@testable import Records

struct TOTPTests {
    private let secret = Array("12345678901234567890".utf8)

    /// RFC 6238 appendix B, the last six of its eight digits.
    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)])
    func `codes are those of the standard`(seconds: Int64, code: String) {
        #expect(TOTP.code(secret, step: TOTP.step(at: seconds * 1_000)) == code)
    }

    @Test func `the code of now, the one before and the one after count, and none further off`() {
        let now: Int64 = 1_000_000_000_000
        let here = TOTP.step(at: now)
        for (off, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] as [(Int64, Bool)] {
            let code = TOTP.code(secret, step: here + off)
            #expect((TOTP.step(of: code, secret, at: now, after: 0) != nil) == counts, "\(off)")
        }
    }

    @Test func `neither the last code that was taken nor one before it is taken again`() {
        let now: Int64 = 1_000_000_000_000
        let here = TOTP.step(at: now)
        #expect(TOTP.step(of: TOTP.code(secret, step: here), secret, at: now, after: here) == nil)
        #expect(TOTP.step(of: TOTP.code(secret, step: here - 1), secret, at: now, after: here) == nil)
        #expect(TOTP.step(of: TOTP.code(secret, step: here + 1), secret, at: now, after: here) == here + 1)
    }

    @Test func `a secret is written as phones take it`() {
        #expect(TOTP.base32(secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(TOTP.base32(Array("foob".utf8)) == "MZXW6YQ")
    }
}
