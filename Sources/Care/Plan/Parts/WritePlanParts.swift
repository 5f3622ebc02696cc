import Access
package import FHIR
package import Records

/// Writes the parts of a plan that are told in words. When somebody saved in between, what each of the two changed is kept.
package struct WritePlanParts: Sendable {
    package let person: String
    /// Of the plan that was read, 0 when there was none.
    package let version: Int
    /// What came with the form, by ``PlanPart``; empty takes a part away.
    package let parts: [String: String]

    package init(person: String, version: Int, parts: [String: String]) {
        self.person = person
        self.version = version
        self.parts = parts
    }

    package static let most = 2_000

    /// - Returns: whether somebody else's change was kept beside this one.
    /// - Throws: ``FormProblems``; ``RecordsFailure/stale(current:)`` when both wrote the same part.
    @discardableResult
    package func perform(in change: Change) throws -> Bool {
        var checks = PlanChecks()
        var typed: [String: String] = [:]
        for part in PlanPart.allCases where parts[part.rawValue] != nil {
            typed[part.rawValue] = checks.short(part.rawValue, parts[part.rawValue], most: Self.most) ?? ""
        }
        try checks.finish()
        let stored = try PlanEdit.standing(person: person, version: version, in: change)
        let merge = FieldMerge(
            base: try Self.base(of: stored, version, change), stored: Self.fields(stored.root), typed: typed)
        guard merge.clashes.isEmpty else {
            throw RecordsFailure.stale(current: stored)
        }
        var json = stored.value
        let written = PlanPart.allCases.compactMap { part -> (code: String, words: String)? in
            guard let words = merge.fields[part.rawValue], words.contains(where: { !$0.isWhitespace }) else {
                return nil
            }
            return (part.rawValue, words)
        }
        json.replaceExtensions(
            PlanPart.url, by: PlanPart.extensions(written, url: PlanPart.url, names: ("part", "words")))
        if json != stored.value {
            try change.update(json, ifVersion: stored.version)
        }
        return !merge.theirs.isEmpty
    }

    /// The parts as fields of a form.
    package static func fields(_ plan: JSONNode?) -> [String: String] {
        Dictionary(uniqueKeysWithValues: PlanPart.read(plan).map { ($0.rawValue, $1) })
    }

    private static func base(of stored: Resource, _ version: Int, _ change: Change) throws -> [String: String] {
        version == stored.version
            ? fields(stored.root)
            : try fields(change.reader.text("CarePlan", stored.id, version: version)?.document().root)
    }
}

/// Says of an element that programmes ask for that this person does not need it, and why; an empty reason takes that back.
package struct MarkNotNeeded: Sendable {
    package let person: String
    package let element: String
    package let reason: String?
    package let elements: PlanElements

    package init(person: String, element: String, reason: String?, elements: PlanElements) {
        self.person = person
        self.element = element
        self.reason = reason
        self.elements = elements
    }

    /// - Throws: ``FormProblems``, ``RecordsFailure``
    package func perform(in change: Change) throws {
        var checks = PlanChecks()
        let reason = checks.short("reason", reason, most: TextLimit.line)
        guard elements.all.contains(where: { $0.id == element }) else {
            throw FormProblems("element", "Choose which one is not needed.")
        }
        try checks.finish()
        guard let stored = PlanMark.current(try change.reader.person(person, ["CarePlan"])) else {
            throw NotNow("There is no plan yet.")
        }
        var marks = PlanPart.notNeeded(stored.root)
        marks[element] = reason
        var json = stored.value
        json.replaceExtensions(
            PlanPart.notNeededURL,
            by: PlanPart.extensions(
                marks.sorted { $0.key < $1.key }.map { (code: $0.key, words: $0.value) }, url: PlanPart.notNeededURL,
                names: ("element", "reason")))
        if json != stored.value {
            try change.update(json, ifVersion: stored.version)
        }
    }
}

extension JSON {
    /// The extensions of one address are replaced; others stay.
    mutating func replaceExtensions(_ url: String, by fresh: [JSON]) {
        let kept = (self["extension"]?.array ?? []).filter { $0["url"]?.string != url }
        let all = kept + fresh
        self["extension"] = all.isEmpty ? nil : .array(all)
    }
}
