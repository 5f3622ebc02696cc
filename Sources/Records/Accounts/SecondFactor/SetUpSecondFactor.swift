package import Access
import FHIR

extension Accounts {
    /// The secret for the phone of somebody who sets up a second factor; the same until it is confirmed, so that the page
    /// may be opened twice.
    /// - Throws: ``AccountFailure/noKey``
    package func beginSecondFactor(of account: Account, at now: Int64) async throws -> [UInt8] {
        guard let secrets else {
            throw AccountFailure.noKey
        }
        return try await records.transaction { connection, storage in
            let kept = try SecondFactor.find(account.id, on: connection)
            guard kept?.isConfirmed != true else {
                throw AccountFailure.wrongCode
            }
            if let kept, let secret = try? secrets.open(kept.sealed, .secondFactor(of: account.id)) {
                return secret
            }
            let secret = (0..<TOTP.secretBytes).map { _ in UInt8.random(in: 0...255) }
            try connection.run("DELETE FROM second_factor WHERE account = $1", [.text(account.id)])
            try connection.run(
                "INSERT INTO second_factor (account, secret, last_step, confirmed) VALUES ($1, $2, 0, 0)",
                [.text(account.id), .blob(try secrets.seal(secret, .secondFactor(of: account.id)))])
            try storage.audit.write(.update, by: account.caller, at: now, detail: "began to set up a second factor")
            return secret
        }
    }

    /// The first code shows that the phone has the secret. From then on it is asked for.
    /// - Returns: the recovery codes, which are nowhere else.
    /// - Throws: ``AccountFailure/wrongCode``; ``AccountFailure/lockedUntil(_:)`` after too many of them.
    package func confirmSecondFactor(of account: Account, code: String, at now: Int64) async throws -> [String] {
        guard let secrets else {
            throw AccountFailure.noKey
        }
        let places = SignInLimit.places(account: account.id, address: nil)
        let outcome = try await records.transaction { connection, storage -> Result<[String], AccountFailure> in
            let limit = SignInLimit(connection: connection)
            if let lock = try limit.locked(places, at: now) {
                return .failure(.lockedUntil(lock))
            }
            guard let kept = try SecondFactor.find(account.id, on: connection), !kept.isConfirmed,
                let step = TOTP.step(
                    of: SecondFactor.plain(code), try secrets.open(kept.sealed, .secondFactor(of: account.id)), at: now,
                    after: kept.last)
            else {
                try storage.audit.write(
                    .signIn, by: account.caller, at: now, succeeded: false, detail: "second factor not confirmed")
                for place in try limit.note(places, at: now) {
                    try storage.audit.write(
                        .signIn, by: account.caller, at: now, succeeded: false, detail: "locked \(place)")
                }
                return .failure(.wrongCode)
            }
            try connection.run(
                "UPDATE second_factor SET last_step = $1, confirmed = $2 WHERE account = $3",
                [.integer(step), .integer(now), .text(account.id)])
            try storage.audit.write(.update, by: account.caller, at: now, detail: "set up a second factor")
            return .success(try Self.renewRecoveryCodes(of: account.id, secrets, on: connection))
        }
        return try outcome.get()
    }

    /// New recovery codes; those from before no longer work.
    package func renewRecoveryCodes(of account: Account, at now: Int64) async throws -> [String] {
        guard let secrets else {
            throw AccountFailure.noKey
        }
        return try await records.transaction { connection, storage in
            try storage.audit.write(.update, by: account.caller, at: now, detail: "new recovery codes")
            return try Self.renewRecoveryCodes(of: account.id, secrets, on: connection)
        }
    }

    private static func renewRecoveryCodes(
        of account: String, _ secrets: SealedSecrets, on connection: any Connection
    ) throws -> [String] {
        try connection.run("DELETE FROM recovery_code WHERE account = $1", [.text(account)])
        let codes = (0..<SecondFactor.recoveryCodes).map { _ in Password.random(groups: 2) }
        for code in codes {
            try connection.run(
                "INSERT INTO recovery_code (account, mark) VALUES ($1, $2)",
                [.text(account), .blob(secrets.mark(SecondFactor.plain(code), .recovery(of: account)))])
        }
        return codes
    }

    package func recoveryCodesLeft(of account: Account) async throws -> Int {
        try await records.engine.read { connection in
            let count = try connection.first(
                "SELECT count(*) FROM recovery_code WHERE account = $1", [.text(account.id)]
            ) { $0.integer(0) ?? 0 }
            return Int(count ?? 0)
        }
    }

    /// Takes the second factor from an account: one's own, or that of somebody whose phone is gone, who is signed out
    /// everywhere by it.
    /// - Throws: ``AccountFailure/secondFactorRequired`` for one's own where the site requires it, or
    ///   ``AccountFailure/forbidden``.
    package func removeSecondFactor(of id: String, as caller: Caller, at now: Int64) async throws {
        let isOwn = id == caller.account
        guard isOwn || records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw AccountFailure.forbidden
        }
        guard !isOwn || !rules.needsSecondFactor(caller.roles) else {
            throw AccountFailure.secondFactorRequired
        }
        try await records.transaction { connection, storage in
            try SecondFactor.remove(of: id, on: connection)
            if !isOwn {
                try Sessions.end(
                    of: id, by: caller, because: "the end of its second factor", at: now, connection, storage)
            }
            try storage.audit.write(.update, by: caller, at: now, detail: "removed the second factor of \(id)")
        }
    }
}
