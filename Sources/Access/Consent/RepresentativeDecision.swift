package import FHIR

/// What a parent or guardian may see of a minor's record now. Pure, and closed in doubt.
///
/// That somebody stands for a child is a Consent of the kind `representative` in `urn:almoner:consent`, given by staff who
/// have seen why, for one RelatedPerson. How much they see is no part of it: it follows from the child's age at each request,
/// and ends with majority. 45 CFR 164.502(g)(3)
package struct RepresentativeDecision: Sendable, Equatable {
    package static let kind = "representative"
    /// As rules of a role name them: `represented:child`, `represented:adolescent`.
    package static let child = "child"
    package static let adolescent = "adolescent"

    /// nil: nothing.
    package let minor: MinorRules.Minor?

    /// What is open, as rules of a role name it; empty for nothing.
    package var open: Set<String> {
        switch minor {
        case .child: [ProxyDecision.who, Self.child]
        case .adolescent: [ProxyDecision.who, Self.adolescent]
        case nil: []
        }
    }

    /// - Parameters:
    ///   - consents: all of the child.
    ///   - representative: for example `RelatedPerson/5`.
    ///   - patient: the child.
    ///   - ages: those of the site.
    ///   - now: milliseconds since 1970.
    package init(
        _ consents: [JSONNode], for representative: String, of patient: JSONNode, ages: MinorRules, at now: Int64
    ) {
        let held = consents.filter { ProxyDecision.names(representative, in: $0) }.map(ConsentReading.init)
            .filter { $0.kind == Self.kind && ($0.from ?? .min) <= now && now < ($0.until ?? .max) }
        // What says no wins, and what is not understood permits nothing.
        let stands = held.contains { $0.answer == .permit } && !held.contains { $0.answer == .deny }
        minor = stands ? ages.minor(patient, at: now) : nil
    }
}
