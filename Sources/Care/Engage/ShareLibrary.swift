import Access
package import Content

/// What a person may let somebody else see in the portal. Content/portal/shares.yaml
package struct ShareLibrary: Sendable {
    package struct Share: Sendable {
        /// A code of `urn:almoner:share`.
        package let name: String
        /// In the words of the person who shares.
        package let title: PlanWords
        package let about: PlanWords?
    }

    package static let file = "portal/shares.yaml"
    package let all: [Share]

    /// - Throws: ``ContentProblem`` and what reading YAML throws.
    package init(content: Content) throws {
        guard let bytes = content.file(Self.file) else {
            throw ContentProblem(place: Self.file, problem: "it is not there")
        }
        let root = ContentField(root: try YAML.parse(bytes))
        try root.allow(["kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "shares"])
        _ = try ContentOrigin(root)
        all = try root["shares"].list().map { field throws(ContentProblem) in
            try field.allow(["name", "title", "about", "es"])
            let spanish = field["es"]
            try spanish.allow(["title", "about"])
            let name = try field["name"].text()
            // A dash divides what is shared from whether private things are.
            guard name.allSatisfy(\.isLetter), name != ProxyDecision.who else {
                throw field["name"].problem("a name has letters only")
            }
            let (title, about) = (try field["title"].text(), try field["about"].optionalText())
            let inSpanish = (title: try spanish["title"].optionalText(), about: try spanish["about"].optionalText())
            return Share(
                name: name, title: PlanWords(en: title, es: inSpanish.title ?? title),
                about: about.map { PlanWords(en: $0, es: inSpanish.about ?? $0) })
        }
    }

    /// What people read for some of them.
    package func titles(_ names: Set<String>) -> [PlanWords] { all.filter { names.contains($0.name) }.map(\.title) }
}
