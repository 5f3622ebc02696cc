import Content

extension RolePolicy {
    /// Reads a file of Content/roles. What is not known, be it a verb, an office, a label or whose, is an error and never
    /// passed over.
    init(
        root: ContentField, labels: LabelLibrary, minors: MinorRules, fields: ReadFields
    ) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "role", "title", "given", "offices",
            "rules",
        ])
        version = try ContentOrigin(root).version
        role = Role(rawValue: try root["role"].text())
        guard role != .system else {
            throw root["role"].problem("this name is the product's own")
        }
        title = try root["title"].text()
        given = try root["given"].oneOf(Given.self)
        var offices: Set<Policy.Office> = []
        for field in try root["offices"].list() {
            offices.insert(try field.oneOf(Policy.Office.self))
        }
        self.offices = offices
        var rules: [RoleRule] = []
        for field in try root["rules"].list() {
            rules.append(try RoleRule(field, labels, minors, fields))
        }
        self.rules = rules
        let ids = Set(rules.map(\.id))
        guard ids.count == rules.count else {
            throw root["rules"].problem("two rules have one id")
        }
        // Lists are made of records of every type: whoever sees them may read every type, of some people at least.
        let readsAll = rules.contains { rule in
            rule.opensLists && rule.when == nil
        }
        guard !offices.contains(.seePeople) || readsAll else {
            throw root["offices"].problem("see-people needs a rule that always reads all types, whole")
        }
        // Who changes what he sees in part would wipe the rest.
        for rule in rules {
            for type in rule.closed.keys.sorted() where rules.contains(where: { $0.allows(.update, on: type) }) {
                throw root["rules"].problem(
                    "\"\(rule.id)\" leaves out parts of \(type), which another rule lets change")
            }
        }
    }
}

extension RoleRule {
    init(
        _ field: ContentField, _ labels: LabelLibrary, _ minors: MinorRules, _ fields: ReadFields
    ) throws(ContentProblem) {
        try field.allow([
            "id", "why", "verbs", "types", "except", "whose", "labels", "without", "withConsent", "fields", "when",
        ])
        id = try field["id"].text()
        why = try field["why"].text()
        var verbs: Set<Action> = []
        for verb in try field["verbs"].list() {
            verbs.insert(try verb.oneOf(Action.self))
        }
        guard !verbs.isEmpty else {
            throw field["verbs"].problem("a rule names its verbs")
        }
        self.verbs = verbs
        types = try Self.types(field)
        whose = try Self.whose(field["whose"])
        // Lists are made of a person's records of every type, and few types have an author.
        if whose.contains(.author), case .all = types {
            throw field["whose"].problem("what one wrote is opened by types that are named")
        }
        hidden = try Self.hidden(field, labels, minors)
        closed = try fields(field["fields"], of: types)
        guard closed.isEmpty || verbs.isSubset(of: [.read, .search]) else {
            throw field["fields"].problem("a rule that leaves out parts of a record reads and searches only")
        }
        when = field["when"].isPresent ? try RuleTime(field["when"]) : nil
    }

    private static func types(_ field: ContentField) throws(ContentProblem) -> Types {
        let except = Set(try field["except"].texts())
        if case .scalar(let text, _)? = field["types"].value {
            guard text == "all" else {
                throw field["types"].problem("it is \"all\" or a list of types")
            }
            return .all(except: except)
        }
        let types = Set(try field["types"].texts())
        guard !types.isEmpty, except.isEmpty else {
            throw field["types"].problem("it is \"all\", perhaps with exceptions, or a list of types")
        }
        return .these(types)
    }

    private static func whose(_ field: ContentField) throws(ContentProblem) -> [WhoseRule] {
        var texts: [String] = []
        if case .scalar(let text, _)? = field.value {
            texts = [text]
        } else {
            texts = try field.texts()
        }
        var found: [WhoseRule] = []
        for text in texts {
            guard let whose = WhoseRule(text) else {
                throw field.problem("\"\(text)\" is not known")
            }
            found.append(whose)
        }
        guard !found.isEmpty else {
            throw field.problem("a rule says whose records it opens")
        }
        return found
    }

    /// Everything is hidden that the rule does not admit by name.
    private static func hidden(
        _ field: ContentField, _ labels: LabelLibrary, _ minors: MinorRules
    ) throws(ContentProblem) -> LabelMask {
        var admitted = LabelMask.none
        if case .scalar(let text, _)? = field["labels"].value {
            switch text {
            case "all": admitted = .all
            case "none": break
            default: throw field["labels"].problem("it is \"all\", \"none\" or a list of labels")
            }
        } else {
            guard field["labels"].isPresent else {
                throw field["labels"].problem("a rule says which labels it admits")
            }
            for name in try field["labels"].list() {
                admitted = admitted.union(try Self.label(try name.text(), name, labels).mask)
            }
        }
        for name in try field["without"].list() {
            let codes = try name.text() == MinorRules.keptLabels ? minors.keptFromParents : [try name.text()]
            for code in codes {
                admitted = admitted.subtracting(try Self.label(code, name, labels).mask)
            }
        }
        // What is hidden is hidden with consent too: else of two roles one would open what the other opens by consent.
        var hidden = LabelMask.all.carried.subtracting(admitted).withUndisclosed
        for name in try field["withConsent"].list() {
            let label = try Self.label(try name.text(), name, labels)
            guard label.consent != nil else {
                throw name.problem("no consent discloses this label")
            }
            hidden = hidden.subtracting(label.mask).union(label.mask.undisclosed)
        }
        return hidden
    }

    private static func label(
        _ code: String, _ field: ContentField, _ labels: LabelLibrary
    ) throws(ContentProblem) -> SecurityLabel {
        guard let label = labels.label(code) else {
            throw field.problem("\"\(code)\" is not a label of labels/labels.yaml")
        }
        return label
    }
}
