import Access
import FHIR

/// What is kept of second factors: the sealed secret, the last step that was taken, and marks of recovery codes.
enum SecondFactor {
    struct Kept {
        let sealed: [UInt8]
        let last: Int64
        let isConfirmed: Bool
    }

    static let recoveryCodes = 10

    static func find(_ account: String, on connection: any Connection) throws -> Kept? {
        try connection.first(
            "SELECT secret, last_step, confirmed FROM second_factor WHERE account = $1", [.text(account)]
        ) { row in
            Kept(sealed: row.bytes(0) ?? [], last: row.integer(1) ?? 0, isConfirmed: (row.integer(2) ?? 0) > 0)
        }
    }

    static func remove(of account: String, on connection: any Connection) throws {
        try connection.run("DELETE FROM second_factor WHERE account = $1", [.text(account)])
        try connection.run("DELETE FROM recovery_code WHERE account = $1", [.text(account)])
    }

    /// Letters and digits alone: people type spaces and dashes as they please.
    static func plain(_ code: String) -> String {
        code.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    /// Six digits from a phone. Anything else may be a recovery code, or a password.
    static func isDigits(_ code: String) -> Bool {
        code.utf8.count == 6 && code.utf8.allSatisfy { (48...57).contains($0) }
    }
}

extension Accounts {
    /// Whether a code opens the account, which uses it up. An account without a second factor asks for none.
    func accepts(
        _ code: String?, of account: Account, at now: Int64, _ connection: any Connection, _ storage: Storage
    ) throws -> Bool {
        guard let kept = try SecondFactor.find(account.id, on: connection), kept.isConfirmed else {
            return true
        }
        guard let secrets else {
            throw AccountFailure.noKey
        }
        let code = SecondFactor.plain(code ?? "")
        guard SecondFactor.isDigits(code) else {
            let used = try connection.run(
                "DELETE FROM recovery_code WHERE account = $1 AND mark = $2",
                [.text(account.id), .blob(secrets.mark(code, .recovery(of: account.id)))])
            if used > 0 {
                try storage.audit.write(.signIn, by: account.caller, at: now, detail: "used a recovery code")
            }
            return used > 0
        }
        let secret = try secrets.open(kept.sealed, .secondFactor(of: account.id))
        guard let step = TOTP.step(of: code, secret, at: now, after: kept.last) else {
            return false
        }
        try connection.run(
            "UPDATE second_factor SET last_step = $1 WHERE account = $2", [.integer(step), .text(account.id)])
        return true
    }
}
