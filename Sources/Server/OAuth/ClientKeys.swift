import FHIR

/// The keys of clients that keep them at an address of their own (`jwks_uri`), fetched when they are needed and known for
/// some minutes: a key that its owner takes away there works no longer then.
package actor ClientKeys {
    private struct Known {
        let result: Result<JWKSet, OutboundFailure>
        /// Milliseconds since 1970.
        let at: Int64
    }

    private let outbound: Outbound
    private var known: [String: Known] = [:]
    private var underWay: [String: Task<Known, Never>] = [:]

    private static let keptMilliseconds: Int64 = 5 * 60_000
    /// A token can name any key: for one that is not there its owner is not asked more often.
    private static let unknownKeyMilliseconds: Int64 = 60_000
    private static let failedMilliseconds: Int64 = 10_000
    private static let types: Set<String> = ["application/json", "application/jwk-set+json"]

    package init(outbound: Outbound) {
        self.outbound = outbound
    }

    /// - Parameters:
    ///   - url: where the keys stand.
    ///   - kid: the key that is looked for; nil for the only one.
    ///   - now: milliseconds since 1970.
    /// - Returns: the keys as they were known last, whether the one is among them or not.
    /// - Throws: ``OutboundFailure`` when they could not be fetched, or have become too old and could not be fetched anew.
    func keys(at url: String, naming kid: String?, at now: Int64) async throws(OutboundFailure) -> JWKSet {
        if let known = known[url], isGood(known, kid, at: now) {
            return try known.result.get()
        }
        return try await fetch(url, at: now).result.get()
    }

    private func isGood(_ known: Known, _ kid: String?, at now: Int64) -> Bool {
        let age = now - known.at
        switch known.result {
        case .failure: return (0..<Self.failedMilliseconds).contains(age)
        case .success(let keys):
            let isThere = kid.map(keys.has) ?? true
            return (0..<(isThere ? Self.keptMilliseconds : Self.unknownKeyMilliseconds)).contains(age)
        }
    }

    /// Whoever asks while it is under way waits for the same answer.
    private func fetch(_ url: String, at now: Int64) async -> Known {
        if let task = underWay[url] {
            return await task.value
        }
        let task = Task { [outbound] in
            do throws(OutboundFailure) {
                let bytes = try await outbound.get(url, accepting: Self.types)
                guard let keys = try? JWKSet(String(decoding: bytes, as: UTF8.self), skippingOthers: true) else {
                    return Known(result: .failure(.notUnderstood), at: now)
                }
                return Known(result: .success(keys), at: now)
            } catch {
                return Known(result: .failure(error), at: now)
            }
        }
        underWay[url] = task
        let fetched = await task.value
        underWay[url] = nil
        known[url] = fetched
        return fetched
    }
}
