import FHIR

/// Puts the ids that entries come to have where the resources of a transaction name them by their fullUrl.
/// FHIR R4 §3.1.0.11.2
struct Rewrite: Sendable {
    /// From what is written to `Patient/7`.
    private(set) var places: [String: String] = [:]

    /// Notes what an entry has come to be.
    mutating func note(_ fullURL: String?, as reference: String, type: String) {
        guard let fullURL else {
            return
        }
        places[fullURL] = reference
        // A relative reference means the same as the full address on its server (FHIR R4 §2.36.4).
        if let last = fullURL.split(separator: "/").last, fullURL.hasSuffix("/\(type)/\(last)") {
            places["\(type)/\(last)"] = reference
        }
    }

    /// Notes what a conditional reference has found.
    mutating func note(_ condition: String, as reference: String) {
        places[condition] = reference
    }

    /// What stands in place of a text of a resource; nil: the text itself.
    @Sendable func replacement(_ member: UnsafeBufferPointer<UInt8>, _ node: JSONNode) -> String? {
        guard Self.isAddress(member), let text = node.string, text.utf8.count < 2_048 else {
            return nil
        }
        if let place = places[text] {
            return place
        }
        // A part or a version of what is named.
        guard let end = text.firstIndex(where: { $0 == "#" || $0 == "|" }), let place = places[String(text[..<end])]
        else {
            return nil
        }
        return place + text[end...]
    }

    /// What the references of a resource need to be known before it is stored.
    static func needs(of resource: JSONNode) -> (conditions: Set<String>, addresses: Set<String>) {
        var conditions: Set<String> = []
        var addresses: Set<String> = []
        var writer = JSONWriter()
        writer.copy(resource) { member, node in
            guard isAddress(member), let text = node.string else {
                return nil
            }
            if member.elementsEqual("reference".utf8), isCondition(text) {
                conditions.insert(text)
            } else {
                addresses.insert(text)
            }
            return nil
        }
        return (conditions, addresses)
    }

    static func isCondition(_ text: String) -> Bool {
        guard case .conditional = ReferenceTarget(text) else {
            return false
        }
        return true
    }

    /// Members that hold a reference, a canonical or another address. Identifiers do not: their values stay.
    private static func isAddress(_ member: UnsafeBufferPointer<UInt8>) -> Bool {
        if member.count == 9, member.elementsEqual("reference".utf8) {
            return true
        }
        if member.count == 3 {
            return member.elementsEqual("url".utf8) || member.elementsEqual("uri".utf8)
        }
        for ending in ["Uri", "Url", "Canonical"] where member.count > ending.utf8.count {
            if member.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
                return true
            }
        }
        return canonicals.contains { member.elementsEqual($0.utf8) }
    }

    private static let canonicals = [
        "questionnaire", "instantiates", "derivedFrom", "profile", "measure", "library", "supplements", "targetProfile",
    ]
}
