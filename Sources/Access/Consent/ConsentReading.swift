package import FHIR

/// What a FHIR Consent says, as far as it can be understood. FHIR R4 §6.2
///
/// A Consent of which any part is not understood permits nothing: an exception that is passed over would give away what the
/// person has kept back. One that denies denies all the same, and all of it, for what it is narrowed to may be what is asked.
package struct ConsentReading: Sendable, Equatable {
    package enum Answer: Sendable, Equatable {
        case permit, deny
        /// Permits nothing, and why.
        case unclear(String)
    }

    /// What it is about, in `urn:almoner:consent`; nil when it says nothing of Almoner's kinds.
    package let kind: String?
    package let answer: Answer
    /// Milliseconds since 1970; nil: open.
    package let from: Int64?
    package let until: Int64?
    /// When it was given; nil: not said.
    package let given: Int64?
    /// What it is narrowed to by `provision.code`, as `system|code`; a concept without a code stands as `|`. Whoever asks
    /// has to know them.
    package let codes: [String]
    /// It is for somebody alone.
    package let hasActor: Bool
    /// The person has said yes once, be it that it was taken back, ran out or is not understood.
    package let wasPermit: Bool

    private static let system = "urn:almoner:consent"

    package init(_ root: JSONNode) {
        kind =
            root.list("category").lazy.flatMap { $0.list("coding") }
            .first { $0["system"]?.string == Self.system }?["code"]?.string
        var fault: String?
        func moment(_ text: String?, isEnd: Bool) -> Int64? {
            guard let text else {
                return nil
            }
            guard let date = FHIRDate(text) else {
                fault = "A date in it cannot be read."
                return nil
            }
            // Until 2026-11-30 holds through that day.
            return isEnd && date.precision <= .day ? date.high : date.low
        }
        let provision = root["provision"]
        from = moment(provision?.text("period", "start"), isEnd: false)
        until = moment(provision?.text("period", "end"), isEnd: true)
        given = root["dateTime"]?.string.flatMap { FHIRDate($0) }?.low
        codes = (provision?.list("code") ?? []).flatMap { concept -> [String] in
            let codings = concept.list("coding").map { "\($0["system"]?.string ?? "")|\($0["code"]?.string ?? "")" }
            return codings.isEmpty ? ["|"] : codings
        }
        hasActor = provision?["actor"] != nil
        let status = root["status"]?.string
        let type = provision?["type"]?.string
        wasPermit = type == "permit" && ["active", "inactive", "rejected"].contains(status)
        if fault == nil {
            fault = Self.fault(root, provision)
        }
        if status == "active", type == "deny" {
            answer = .deny
        } else if let fault {
            answer = .unclear(fault)
        } else {
            answer = .permit
        }
    }

    private static func fault(_ root: JSONNode, _ provision: JSONNode?) -> String? {
        guard root["status"]?.string == "active" else {
            return "It is not active."
        }
        guard root["modifierExtension"] == nil, provision?["modifierExtension"] == nil else {
            return "It has an extension that changes its meaning."
        }
        guard let provision, let type = provision["type"]?.string, ["permit", "deny"].contains(type) else {
            return "It does not say whether it permits or denies."
        }
        // An exception within, or a narrowing that is not known here.
        let known: Set<String> = ["id", "type", "period", "actor", "code", "extension"]
        for (name, _) in provision.members where !known.contains(name) {
            return "It is narrowed by “\(name.prefix(40))”, which is not understood."
        }
        return nil
    }
}
