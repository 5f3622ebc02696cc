package import FHIR
package import Records

/// All protocols that can be used: those of the library, and every PlanDefinition that is on record.
package struct ProtocolShelf: Sendable {
    package let library: PlanLibrary

    package init(_ library: PlanLibrary) {
        self.library = library
    }

    private static let deepest = 3

    /// A PlanDefinition that is read and, where it takes up others, has theirs in their places.
    /// - Parameters:
    ///   - definition: the PlanDefinition.
    ///   - reader: finds what it refers to.
    /// - Returns: the protocol.
    /// - Throws: ``ProtocolRefusal`` for what cannot be carried out.
    package func read(_ definition: JSONNode, by reader: Reader) throws -> CareProtocol {
        try read(definition, by: reader, within: [])
    }

    /// A pack as the protocol that it is.
    package func read(_ pack: PlanPack, by reader: Reader) throws -> CareProtocol {
        try read(PackProtocol.compile(pack).document().root, by: reader)
    }

    private func read(_ definition: JSONNode, by reader: Reader, within: [String]) throws -> CareProtocol {
        let read = try CareProtocol(definition, definitions: reader.definitions) { canonical in
            try find(canonical: canonical, by: reader)
        }
        guard read.allActions.contains(where: \.isPlan) else {
            return read
        }
        guard within.count < Self.deepest, !within.contains(read.url) else {
            throw ProtocolRefusal("PlanDefinition.action", "Protocols take up each other too deeply, or in a circle.")
        }
        var goals = read.goals
        var actions: [CareProtocol.Action] = []
        for action in read.actions {
            actions.append(try expanded(action, reader, within + [read.url], &goals))
        }
        return read.with(goals: goals, actions: actions)
    }

    private func expanded(
        _ action: CareProtocol.Action, _ reader: Reader, _ within: [String], _ goals: inout [CareProtocol.Goal]
    ) throws -> CareProtocol.Action {
        var action = action
        if case .plan(let canonical) = action.work {
            guard let found = try find(canonical: canonical, by: reader) else {
                throw ProtocolRefusal("\(action.id).definitionCanonical", "There is no protocol “\(canonical)” here.")
            }
            let inner = try read(found, by: reader, within: within)
            goals += inner.goals.map { $0.under(action.id) }
            action.below = inner.actions.map { $0.under(action.id) }
        } else {
            action.below = try action.below.map { try expanded($0, reader, within, &goals) }
        }
        return action
    }

    /// An ActivityDefinition, PlanDefinition or Questionnaire by its canonical address.
    private func find(canonical: String, by reader: Reader) throws -> JSONNode? {
        let parts = canonical.split(separator: "|", maxSplits: 1).map(String.init)
        guard let url = parts.first else {
            return nil
        }
        for type in ["ActivityDefinition", "PlanDefinition", "Questionnaire"] {
            if url.hasPrefix("\(type)/"), let found = try reader.find(reference: url) {
                return found.root
            }
            // A canonical address ends with the id that it has elsewhere and often here.
            if let last = url.split(separator: "/").last.map(String.init), url.contains("/\(type)/"),
                let found = try reader.find(type, last), found.root.text("url") == url
            {
                return found.root
            }
        }
        for type in ["ActivityDefinition", "PlanDefinition"] {
            if let name = url.split(whereSeparator: { $0 == ":" || $0 == "/" }).last.map(String.init),
                let found = try reader.find(type, name), found.root.text("url") == url
            {
                return found.root
            }
        }
        if let pack = library.packs.first(where: { PackProtocol.url($0) == url }) {
            return try PackProtocol.compile(pack).document().root
        }
        return try reader.search(Query("ActivityDefinition", limit: 1_000)).first { $0.root.text("url") == url }?.root
            ?? reader.search(Query("PlanDefinition", limit: 1_000)).first { $0.root.text("url") == url }?.root
    }

    /// The protocol of an id as it is now.
    /// - Throws: `RecordsFailure.notFound`, ``ProtocolRefusal``
    package func current(_ id: String, by reader: Reader) throws -> CareProtocol {
        if let stored = try reader.find("PlanDefinition", id) {
            return try read(stored.root, by: reader)
        }
        guard let pack = library.packs.first(where: { PackProtocol.id($0) == id }) else {
            throw RecordsFailure.notFound(type: "PlanDefinition", id: id)
        }
        return try read(pack, by: reader)
    }

    /// Every version of a protocol that is kept, newest first.
    package func versions(_ id: String, by reader: Reader) throws -> [Resource] {
        var seen: Set<String> = []
        return try reader.history("PlanDefinition", id).filter { seen.insert($0.root.text("version") ?? "").inserted }
    }

    /// The protocol of an id as it was in a version; nil when that is not kept.
    package func find(_ id: String, version: String, by reader: Reader) throws -> CareProtocol? {
        if let stored = try reader.find("PlanDefinition", id) {
            let kept =
                stored.root.text("version") ?? "" == version
                ? stored : try versions(id, by: reader).first { $0.root.text("version") ?? "" == version }
            return try kept.map { try read($0.root, by: reader) }
        }
        let now = try? current(id, by: reader)
        return now?.version == version ? now : nil
    }
}

extension CareProtocol {
    func with(goals: [Goal], actions: [Action]) -> CareProtocol {
        CareProtocol(
            id: id, url: url, version: version, title: title, goals: goals, actions: actions, definition: definition)
    }
}

extension CareProtocol.Goal {
    func under(_ parent: String) -> CareProtocol.Goal {
        CareProtocol.Goal(
            id: "\(parent).\(id)", description: description, words: words, details: details, targets: targets,
            replaces: replaces)
    }
}

extension CareProtocol.Action {
    var isPlan: Bool {
        if case .plan = work { true } else { below.contains(where: \.isPlan) }
    }

    func under(_ parent: String) -> CareProtocol.Action {
        CareProtocol.Action(
            id: "\(parent).\(id)", title: title, text: text, priority: priority, conditions: conditions,
            after: after.map { .init(action: "\(parent).\($0.action)", ended: $0.ended, days: $0.days) },
            dueInDays: dueInDays, dueDay: dueDay, repeats: repeats, roles: roles, isPersons: isPersons,
            selection: selection, required: required, isPrechecked: isPrechecked, isMultiple: isMultiple, work: work,
            values: values, goals: goals.map { "\(parent).\($0)" }, replaces: replaces,
            below: below.map { $0.under(parent) }, node: node)
    }
}
