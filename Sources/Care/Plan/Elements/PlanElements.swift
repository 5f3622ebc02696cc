package import Content

/// What programmes ask of a care plan, as `elements/care-plan.yaml` or the site's own file has it.
package struct PlanElements: Sendable {
    /// What of a record shows that an element is there.
    package enum Evidence: Sendable, Equatable {
        enum Fact: String, CaseIterable {
            case problems, goals, steps, medicines, reconciled, review, manager, team, agreed, signed, copy, guides,
                orders
        }
        case fact(String)
        case part(PlanPart)
        case instrument(String)
        case again(String)
        case consent(ConsentKind)
    }

    package struct Programme: Sendable {
        package let id: String
        package let title: String
    }

    package struct Element: Sendable {
        package let id: String
        package let title: String
        /// The ids of the programmes that ask for it.
        package let programmes: [String]
        let evidence: [Evidence]
    }

    package static let file = "elements/care-plan.yaml"
    package let origin: ContentOrigin
    package let programmes: [Programme]
    package let all: [Element]

    /// - Throws: ``ContentProblem`` and what reading YAML throws.
    package init(content: Content) throws {
        guard let bytes = content.file(Self.file) else {
            throw ContentProblem(place: Self.file, problem: "it is not there")
        }
        let root = ContentField(root: try YAML.parse(bytes))
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "programmes", "elements",
        ])
        guard try root["kind"].text() == "plan-elements" else {
            throw root["kind"].problem("it is not plan-elements")
        }
        origin = try ContentOrigin(root)
        programmes = try root["programmes"].list().map { field throws(ContentProblem) in
            Programme(id: try field["id"].text(), title: try field["title"].text())
        }
        let known = Set(programmes.map(\.id))
        var all: [Element] = []
        for field in try root["elements"].list() {
            try field.allow(["id", "title", "of", "by"])
            let of = try field["of"].texts()
            guard of.allSatisfy(known.contains) else {
                throw field["of"].problem("it names a programme that is not listed")
            }
            all.append(
                Element(
                    id: try field["id"].text(), title: try field["title"].text(), programmes: of,
                    evidence: try field["by"].texts().map { text throws(ContentProblem) in
                        guard let evidence = Evidence(text) else {
                            throw field["by"].problem("\(text) is nothing that can be looked for")
                        }
                        return evidence
                    }))
        }
        self.all = all
    }
}

extension PlanElements.Evidence {
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.dropFirst().first) {
        case (let fact?, nil) where Fact(rawValue: fact) != nil: self = .fact(fact)
        case ("part", let name?):
            guard let part = PlanPart(rawValue: name) else { return nil }
            self = .part(part)
        case ("instrument", let name?): self = .instrument(name)
        case ("again", let name?): self = .again(name)
        case ("consent", let name?):
            guard let kind = ConsentKind(rawValue: name) else { return nil }
            self = .consent(kind)
        default: return nil
        }
    }
}
