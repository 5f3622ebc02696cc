import Access
import FHIR

/// What a client showed to say who it is.
package enum ClientProof: Sendable {
    case secret(String)
    /// An assertion whose signature, issuer, audience and time have been found right. Its `jti` counts once until it ends.
    case assertion(jti: String, until: Int64)
    /// What was shown is wrong.
    case wrong
}

package enum ClientRefusal: Error, Sendable, Equatable {
    /// Unknown, ended, a wrong secret, a wrong or repeated assertion: all alike.
    case notKnown
    /// Too many failures; heals by itself at this time (milliseconds since 1970).
    case lockedUntil(Int64)
}

extension Clients {
    /// The client whose keys an assertion is to be checked with; nil when there is none that is open.
    package func find(_ id: String) async throws -> Client? {
        let id = IndexText.kept(String(id.prefix(80)))
        return try await records.engine.read { connection in
            try Self.find(id, on: connection).flatMap { $0.client.isEnded ? nil : $0.client }
        }
    }

    /// Lets a client in.
    /// - Parameters:
    ///   - id: the `client_id`, as it was sent.
    ///   - proof: what came with it.
    ///   - address: where the request came from.
    ///   - now: milliseconds since 1970.
    /// - Returns: the client.
    /// - Throws: ``ClientRefusal``. Failures are counted by client and by address.
    package func authenticate(
        _ id: String, _ proof: ClientProof, from address: String?, at now: Int64
    ) async throws -> Client {
        let id = IndexText.kept(String(id.prefix(80)))
        let places = SignInLimit.places(account: "client/" + id, address: address)
        let lock = try await records.engine.read { try SignInLimit(connection: $0).locked(places, at: now) }
        if let lock {
            throw ClientRefusal.lockedUntil(lock)
        }
        // A client that works reads only: a look-up of its secret writes nothing.
        if case .secret(let secret) = proof,
            let (client, hash) = try await records.engine.read({ try Self.find(id, on: $0) }),
            Self.isRight(secret, hash), !client.isEnded
        {
            return client.at(address)
        }
        let outcome = try await records.transaction { connection, storage -> Result<Client, ClientRefusal> in
            if let (client, _) = try Self.find(id, on: connection), !client.isEnded,
                try Self.accepts(proof, of: client, at: now, on: connection)
            {
                return .success(client.at(address))
            }
            let caller = Caller(account: "client/\(id.prefix(40))", name: "", roles: []).at(address: address)
            try storage.audit.write(.signIn, by: caller, at: now, succeeded: false, detail: "client refused")
            for place in try SignInLimit(connection: connection).note(places, at: now) {
                try storage.audit.write(.signIn, by: caller, at: now, succeeded: false, detail: "locked \(place)")
            }
            return .failure(.notKnown)
        }
        return try outcome.get()
    }

    private static func isRight(_ secret: String, _ hash: [UInt8]?) -> Bool {
        let given = SecretText.hash(secret)
        guard let hash, hash.count == given.count else {
            return false
        }
        return zip(hash, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// RFC 7523 §3: a `jti` that was used is refused until the assertion would have ended by itself, on every process.
    private static func accepts(
        _ proof: ClientProof, of client: Client, at now: Int64, on connection: any Connection
    ) throws -> Bool {
        guard case .assertion(let jti, let until) = proof, client.signs else {
            return false
        }
        try connection.run("DELETE FROM used_assertion WHERE until < $1", [.integer(now)])
        return try connection.run(
            "INSERT INTO used_assertion (client, jti, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [.text(client.id), .blob(SecretText.hash(jti)), .integer(until)]) > 0
    }
}
