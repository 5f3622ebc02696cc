package import Content

/// What is said when somebody is tried, from Content/outreach/scripts.yaml.
package struct OutreachScripts: Sendable, Equatable {
    package enum Part: String, Sendable, CaseIterable {
        /// Before it is clear who speaks: nothing about health.
        case opening
        /// Once it is.
        case offer
        /// What may be left or sent: a name and a number.
        case message
    }

    package struct Words: Sendable, Equatable {
        package let part: Part
        /// BCP 47: `en`, `es`.
        package let language: String
        package let text: String
    }

    package struct Script: Sendable, Equatable {
        package let name: String
        package let title: String
        package let words: [Words]

        /// The words in a language, in English where there are none in it; nil where the script has no such part.
        package func words(_ part: Part, in language: String?) -> Words? {
            let all = words.filter { $0.part == part }
            return all.first { $0.language == language } ?? all.first { $0.language == "en" }
        }
    }

    /// What is put in for the words in braces.
    package struct Names: Sendable {
        let all: [(String, String)]

        /// - Parameters:
        ///   - site: whose server it is.
        ///   - caller: who calls.
        ///   - name: who is called.
        ///   - programme: its title and what the person reads of it.
        package init(site: String, caller: String, name: String, programme: (title: String, summary: String)? = nil) {
            all = [
                ("{site}", site), ("{caller}", caller), ("{name}", name), ("{programme}", programme?.title ?? ""),
                ("{summary}", programme?.summary ?? ""),
            ]
        }

        package func filled(_ text: String) -> String {
            all.reduce(text) { $0.replacing($1.0, with: $1.1) }
        }
    }

    package let origin: ContentOrigin
    package let scripts: [Script]

    package subscript(name: String) -> Script? { scripts.first { $0.name == name } }

    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow(["kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "scripts"])
        origin = try ContentOrigin(root)
        var scripts: [Script] = []
        for field in try root["scripts"].list() {
            try field.allow(["name", "title", "parts"])
            let name = try field["name"].text()
            guard !scripts.contains(where: { $0.name == name }) else {
                throw field["name"].problem("this name stands here twice")
            }
            var words: [Words] = []
            for part in try field["parts"].list() {
                try part.allow(["part", "language", "text"])
                words.append(
                    Words(
                        part: try part["part"].oneOf(Part.self), language: try part["language"].text(),
                        text: try part["text"].text()))
            }
            for part in Part.allCases {
                let there = words.filter { $0.part == part }
                guard there.isEmpty || there.contains(where: { $0.language == "en" }) else {
                    throw field["parts"].problem("the words in English of \(part.rawValue) are missing")
                }
            }
            scripts.append(Script(name: name, title: try field["title"].text(), words: words))
        }
        self.scripts = scripts
    }
}
