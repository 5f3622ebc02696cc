import Access
package import FHIR
package import Records

/// What a person has taken up of one protocol: a RequestGroup, one a plan, which names the version that it follows, every
/// goal and action that was chosen, and what came of each. What waits stands in it without a resource.
package struct ProtocolGroup: Sendable {
    package struct Entry: Sendable, Equatable {
        /// The id of the action; of a goal, `goal.` and its id.
        package let id: String
        package var title: String
        /// `Task/5`; nil while it waits.
        package var reference: String?
        /// Why it waits, or why it will not come.
        package var words: String?
    }

    package let resource: Resource
    /// The id of the PlanDefinition.
    package let protocolID: String
    package let url: String
    package let version: String
    package let plan: String
    package let person: String
    package let entries: [Entry]

    package var isOpen: Bool { resource.root.text("status") == "active" }

    /// Everything that was chosen.
    package var chosen: Set<String> { Set(entries.map(\.id)) }

    /// - Returns: nil for a RequestGroup that no protocol of ours made.
    package init?(_ resource: Resource) {
        let root = resource.root
        let codings = root["code"]?.list("coding") ?? []
        guard resource.type == "RequestGroup",
            let id = codings.first(where: { $0.text("system") == ProtocolKey.groupSystem })?.text("code"),
            let canonical = root.list("instantiatesCanonical").first?.string,
            let plan = root.list("basedOn").first?.text("reference"),
            let subject = root.text("subject", "reference"), subject.hasPrefix("Patient/")
        else { return nil }
        let parts = canonical.split(separator: "|", maxSplits: 1).map(String.init)
        self.resource = resource
        protocolID = id
        url = parts.first ?? canonical
        version = parts.count > 1 ? parts[1] : ""
        self.plan = plan
        person = String(subject.dropFirst("Patient/".count))
        entries = root.list("action").compactMap { action in
            action.text("id").map { id in
                Entry(
                    id: id, title: action.text("title") ?? id, reference: action.text("resource", "reference"),
                    words: action.text("resource", "display"))
            }
        }
    }

    static func id(person: String, url: String, plan: String) -> String {
        StableID.of("RequestGroup|\(person)|\(url)|\(plan)")
    }

    /// The group of a plan for a protocol; nil before anything was taken up.
    static func find(_ careProtocol: CareProtocol, person: String, plan: String, by reader: Reader) throws
        -> ProtocolGroup?
    {
        try reader.find("RequestGroup", id(person: person, url: careProtocol.url, plan: plan)).flatMap {
            ProtocolGroup($0)
        }
    }

    static func code(_ careProtocol: CareProtocol) -> JSON {
        [
            "coding": [
                ["system": .string(ProtocolKey.groupSystem), "code": .string(careProtocol.id)],
                [
                    "system": .string(ProtocolKey.versionSystem),
                    "code": .string("\(careProtocol.id)|\(careProtocol.version)"),
                ],
            ], "text": .string(careProtocol.title),
        ]
    }

    static func actions(_ entries: [Entry]) -> JSON {
        .array(
            entries.map { entry in
                [
                    "id": .string(entry.id), "title": .string(entry.title),
                    // FHIR R4 rqg-1: an action has a resource; of what waits it says why.
                    "resource": .compact([
                        "reference": entry.reference.map(JSON.string),
                        "display": entry.reference == nil ? .string(entry.words ?? "Waits") : nil,
                    ]),
                ]
            })
    }

    /// Stores entries over those of the same id; further ones come last. Nothing is written when nothing differs.
    @discardableResult
    static func store(
        _ entries: [Entry], of careProtocol: CareProtocol, person: String, plan: String, about: String? = nil,
        in change: Change
    ) throws -> Resource {
        let known = try find(careProtocol, person: person, plan: plan, by: change.reader)
        var all = known?.entries ?? []
        for entry in entries {
            if let place = all.firstIndex(where: { $0.id == entry.id }) {
                all[place] = entry
            } else {
                all.append(entry)
            }
        }
        if let known {
            guard all != known.entries || !known.isOpen else {
                return known.resource
            }
            var json = known.resource.value
            json["status"] = "active"
            json["action"] = actions(all)
            return try change.update(json, ifVersion: known.resource.version)
        }
        return try change.create(
            .compact([
                "resourceType": "RequestGroup",
                "instantiatesCanonical": [.string(careProtocol.canonical)],
                "basedOn": [["reference": .string(plan)]],
                "status": "active",
                "intent": "plan",
                "code": code(careProtocol),
                "subject": ["reference": .string("Patient/\(person)")],
                "authoredOn": .string(FHIRDate.instant(change.now)),
                "author": change.caller.practitioner.map { ["reference": .string($0)] },
                "action": actions(all),
            ]).carrying(labelsOf: [about], in: change), id: id(person: person, url: careProtocol.url, plan: plan))
    }
}
