package import Content

/// Rules by which medicines are compared: interactions and duplicates, from one source.
package struct MedicineRules: Sendable {
    package enum Severity: String, Sendable, CaseIterable {
        case contraindicated, major, moderate, minor
    }

    /// Ingredients that a rule means, by name, by class or by the ending that international names of a class share.
    struct Group: Sendable {
        let names: Set<String>
        let classes: Set<String>
        let endings: [String]

        func has(_ ingredient: String, _ kinds: Set<String>) -> Bool {
            names.contains(ingredient) || !classes.isDisjoint(with: kinds)
                || endings.contains { ingredient.hasSuffix($0) }
        }
    }

    struct Rule: Sendable {
        let id: String
        let source: String
        /// One of each has to be there.
        let sides: [[String]]
        let severity: Severity
        let effect: String
        let action: String
    }

    package let origin: ContentOrigin
    /// Whether the source says of itself that it is complete.
    package let isComplete: Bool
    let alerts: Set<Severity>
    let groups: [String: Group]
    let rules: [Rule]
    /// Classes of which two are one too many.
    let duplicates: [String]
    /// Beginnings of ingredients that are rightly taken in two forms.
    let split: [String]

    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "complete", "alerts", "groups",
            "rules", "duplicates", "split",
        ])
        guard try root["kind"].text() == "medicine-rules" else {
            throw root["kind"].problem("it is not medicine-rules")
        }
        origin = try ContentOrigin(root)
        isComplete = try root["complete"].text() == "yes"
        var alerts: Set<Severity> = []
        for text in try root["alerts"].texts() {
            guard let severity = Severity(rawValue: text) else {
                throw root["alerts"].problem("\(text) is no severity")
            }
            alerts.insert(severity)
        }
        self.alerts = alerts
        var groups: [String: Group] = [:]
        for (name, field) in try root["groups"].members() {
            try field.allow(["names", "classes", "endings"])
            groups[name] = Group(
                names: Set(try field["names"].isPresent ? field["names"].texts() : []),
                classes: Set(try field["classes"].isPresent ? field["classes"].texts() : []),
                endings: try field["endings"].isPresent ? field["endings"].texts() : [])
        }
        self.groups = groups
        rules = try root["rules"].list().map { field throws(ContentProblem) in
            try field.allow(["id", "source", "a", "b", "c", "severity", "effect", "action"])
            return Rule(
                id: try field["id"].text(), source: try field["source"].text(),
                sides: [try field["a"].texts(), try field["b"].texts()]
                    + (field["c"].isPresent ? [try field["c"].texts()] : []),
                severity: try field["severity"].oneOf(Severity.self), effect: try field["effect"].text(),
                action: try field["action"].text())
        }
        duplicates = try root["duplicates"].texts()
        for name in duplicates where groups[name] == nil {
            throw root["duplicates"].problem("\(name) is no group")
        }
        split = try root["split"].isPresent ? root["split"].texts() : []
    }

    /// Whether an ingredient is what a side of a rule names: a group, or the ingredient itself.
    func means(_ side: [String], _ ingredient: String, _ kinds: Set<String>) -> Bool {
        side.contains { name in groups[name]?.has(ingredient, kinds) ?? (name == ingredient) }
    }

    /// All names of ingredients that stand in the rules.
    var ingredients: Set<String> {
        let named = groups.values.flatMap(\.names)
        let plain = rules.flatMap { $0.sides.flatMap(\.self) }.filter { groups[$0] == nil }
        return Set(named + plain)
    }
}
