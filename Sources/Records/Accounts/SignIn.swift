package import Access
import FHIR

extension Accounts {
    /// Opens an account by name, password and, where it has one, second factor. All that is wrong is answered alike and
    /// after the same work: an unknown name, an ended account, a wrong password, a wrong or missing code.
    /// - Parameters:
    ///   - id: the name, as it was typed.
    ///   - password: as it was typed.
    ///   - code: six digits from the phone, or a recovery code; whoever has no second factor leaves it empty.
    ///   - address: where the request came from; nil when nobody knows.
    ///   - now: milliseconds since 1970.
    /// - Returns: the account.
    /// - Throws: ``AccountFailure/wrongPassword`` whatever did not fit; ``AccountFailure/lockedUntil(_:)`` after too many
    ///   failures with this name or from this address, whether there is such an account or not.
    package func signIn(
        _ id: String, password: String, code: String? = nil, from address: String? = nil, at now: Int64
    ) async throws -> Account {
        // Whatever was typed is a text that the database takes.
        let id = IndexText.kept(String(id.prefix(80)))
        let places = SignInLimit.places(account: id, address: address)
        let (found, lock) = try await records.engine.read { connection in
            (
                try Self.find(id, on: connection),
                try SignInLimit(connection: connection).locked(places, at: now)
            )
        }
        if let lock {
            throw AccountFailure.lockedUntil(lock)
        }
        // An unknown account costs the same time as a known one.
        let isRight = await verify(password, found?.hash ?? Self.nobody)
        let outcome = try await records.transaction { connection, storage -> Result<Account, AccountFailure> in
            let limit = SignInLimit(connection: connection)
            // Of many attempts that came at once, those behind the lock do not count, were they right.
            if let lock = try limit.locked(places, at: now) {
                return .failure(.lockedUntil(lock))
            }
            let fresh = try Self.find(id, on: connection)
            guard let account = fresh?.account.at(address), isRight, fresh?.hash == found?.hash, !account.isEnded,
                try self.accepts(code, of: account, at: now, connection, storage)
            else {
                let caller = Caller(account: String(id.prefix(40)), name: "", roles: []).at(address: address)
                try storage.audit.write(.signIn, by: caller, at: now, succeeded: false, detail: "sign-in refused")
                for place in try limit.note(places, at: now) {
                    try storage.audit.write(.signIn, by: caller, at: now, succeeded: false, detail: "locked \(place)")
                }
                return .failure(.wrongPassword)
            }
            try limit.clear(account: id)
            try storage.audit.write(.signIn, by: account.caller, at: now, detail: "signed in")
            return .success(account)
        }
        return try outcome.get()
    }

    /// Somebody who is signed in shows once more that it is they: before a dangerous act, and behind a lock.
    /// - Parameters:
    ///   - id: the account.
    ///   - secret: the password, or a code of the second factor.
    ///   - takesCode: whether a code will do; it does not where the password itself is asked for.
    ///   - address: where the request came from.
    ///   - now: milliseconds since 1970.
    /// - Throws: ``AccountFailure/wrongPassword`` or ``AccountFailure/lockedUntil(_:)``
    package func prove(
        _ id: String, secret: String, takesCode: Bool = true, from address: String? = nil, at now: Int64
    ) async throws {
        let places = SignInLimit.places(account: id, address: address)
        let (found, lock) = try await records.engine.read { connection in
            (
                try Self.find(id, on: connection),
                try SignInLimit(connection: connection).locked(places, at: now)
            )
        }
        if let lock {
            throw AccountFailure.lockedUntil(lock)
        }
        guard let (known, hash) = found.map({ ($0.account.at(address), $0.hash) }) else {
            throw AccountFailure.wrongPassword
        }
        let isCode = takesCode && known.hasSecondFactor && SecondFactor.isDigits(SecondFactor.plain(secret))
        let isRight = isCode ? false : await verify(secret, hash)
        let outcome = try await records.transaction { connection, storage -> Result<Void, AccountFailure> in
            let limit = SignInLimit(connection: connection)
            if let lock = try limit.locked(places, at: now) {
                return .failure(.lockedUntil(lock))
            }
            let found = try Self.find(id, on: connection)
            guard let account = found?.account.at(address), !account.isEnded, found?.hash == hash,
                try isCode ? self.accepts(secret, of: account, at: now, connection, storage) : isRight
            else {
                try storage.audit.write(
                    .signIn, by: known.caller, at: now, succeeded: false, detail: "proof refused")
                for place in try limit.note(places, at: now) {
                    try storage.audit.write(
                        .signIn, by: known.caller, at: now, succeeded: false, detail: "locked \(place)")
                }
                return .failure(.wrongPassword)
            }
            try limit.clear(account: id)
            try storage.audit.write(.signIn, by: account.caller, at: now, detail: "proved to be there")
            return .success(())
        }
        try outcome.get()
    }

    /// Lets an account that is locked out try again at once.
    package func unlock(_ id: String, as caller: Caller, at now: Int64) async throws {
        guard records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw AccountFailure.forbidden
        }
        try await records.transaction { connection, storage in
            try SignInLimit(connection: connection).clear(account: id)
            try storage.audit.write(.update, by: caller, at: now, detail: "unlocked \(id)")
        }
    }

    /// Until when each account that is locked out stays so, milliseconds since 1970.
    package func locked(as caller: Caller, at now: Int64) async throws -> [String: Int64] {
        guard records.policy.permits(caller, .manageAccounts) else {
            return [:]
        }
        return try await records.engine.read { try SignInLimit(connection: $0).lockedAccounts(at: now) }
    }
}
