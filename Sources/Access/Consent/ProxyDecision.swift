package import FHIR

/// What somebody whom a person has named may see of that person's record now. Pure, and closed in doubt.
///
/// It stands in Consents of the kind `proxy` in `urn:almoner:consent`, each for one RelatedPerson, with what is shared as
/// codes of `urn:almoner:share`.
package struct ProxyDecision: Sendable, Equatable {
    package static let kind = "proxy"
    package static let system = "urn:almoner:share"
    /// Whoever may see anything may also know whose it is.
    package static let who = "who"
    /// Opens nothing by itself: labelled records of what is shared besides.
    package static let sensitive = "sensitive"

    /// What is open, as rules of a role name it: `plan`, `plan-sensitive`; empty for nothing.
    package let open: Set<String>

    /// - Parameters:
    ///   - consents: all of the person.
    ///   - caregiver: for example `RelatedPerson/5`.
    ///   - patient: the person.
    ///   - ages: who may name somebody at all.
    ///   - now: milliseconds since 1970.
    package init(_ consents: [JSONNode], for caregiver: String, of patient: JSONNode, ages: MinorRules, at now: Int64) {
        guard ages.mayNameOthers(patient, at: now) else {
            open = []
            return
        }
        var shared: Set<String> = []
        for consent in consents where Self.names(caregiver, in: consent) {
            let reading = ConsentReading(consent)
            guard reading.kind == Self.kind, (reading.from ?? .min) <= now, now < (reading.until ?? .max) else {
                continue
            }
            switch reading.answer {
            case .permit: shared.formUnion(Self.shares(consent))
            case .deny:
                open = []
                return
            case .unclear: continue
            }
        }
        let plain = shared.subtracting([Self.sensitive])
        guard !plain.isEmpty else {
            open = []
            return
        }
        open = plain.union([Self.who])
            .union(shared.contains(Self.sensitive) ? plain.map { "\($0)-\(Self.sensitive)" } : [])
    }

    /// Whether a consent is for this one and for nobody else.
    static func names(_ caregiver: String, in consent: JSONNode) -> Bool {
        let actors = consent["provision"]?.list("actor") ?? []
        return actors.count == 1 && actors.first?.text("reference", "reference") == caregiver
    }

    /// What a consent shares; nothing when it names anything that is not known here.
    package static func shares(_ consent: JSONNode) -> Set<String> {
        let codings = consent["provision"]?.list("code").flatMap { $0.list("coding") } ?? []
        guard codings.allSatisfy({ $0["system"]?.string == system }) else {
            return []
        }
        // A code with a dash could pass for what only "sensitive" opens.
        return Set(codings.compactMap { $0["code"]?.string }.filter { $0.allSatisfy(\.isLetter) })
    }
}
