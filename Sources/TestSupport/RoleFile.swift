package import Content

/// A file of Content/roles, read by other lines than those that decide, so that a test can say what it opens.
package struct RoleFile: Sendable {
    package struct Rule: Sendable {
        package let verbs: Set<String>
        let types: Set<String>?
        let except: Set<String>
        package let whose: Set<String>
        private let admits: Set<String>?
        private let without: Set<String>

        init(_ field: ContentField) throws {
            verbs = Set(try field["verbs"].texts())
            types = Self.isAll(field["types"]) ? nil : Set(try field["types"].texts())
            except = Set(try field["except"].texts())
            if case .scalar(let one, _)? = field["whose"].value {
                whose = [one]
            } else {
                whose = Set(try field["whose"].texts())
            }
            if case .scalar(let word, _)? = field["labels"].value {
                admits = word == "all" ? nil : []
            } else {
                admits = Set(try field["labels"].texts())
            }
            // Nobody has agreed to anything where this is asked.
            without = Set(try field["without"].texts() + field["withConsent"].texts())
        }

        private static func isAll(_ field: ContentField) -> Bool { (try? field.text()) == "all" }

        package func speaks(of type: String) -> Bool { types.map { $0.contains(type) } ?? !except.contains(type) }

        /// Whether a record with a label is seen, by its code; nil for a record without one.
        package func admits(_ label: String?) -> Bool {
            guard let label else {
                return true
            }
            return !without.contains(label) && (admits.map { $0.contains(label) } ?? true)
        }
    }

    package let name: String
    /// staff, client or portal.
    package let given: String
    package let offices: Set<String>
    package let rules: [Rule]

    package static func all() throws -> [RoleFile] {
        let content = Content(folder: nil)
        return try content.files(under: "roles/").filter { $0.hasSuffix(".yaml") }.map { file in
            let root = ContentField(root: try YAML.parse(content.file(file) ?? []))
            return RoleFile(
                name: try root["role"].text(), given: try root["given"].text(),
                offices: Set(try root["offices"].texts()), rules: try root["rules"].list().map(Rule.init))
        }
    }

    /// The codes of all labels, each with the first sensitive ICD-10-CM category that asks for it.
    package static func labels() throws -> [(code: String, system: String, category: String?)] {
        let root = ContentField(root: try YAML.parse(Content(folder: nil).file("labels/labels.yaml") ?? []))
        return try root["labels"].list().map { field in
            let icd = try field["codes"].list().first { try $0["system"].text().hasSuffix("icd-10-cm") }
            return (try field["code"].text(), try field["system"].text(), try icd?["begins"].texts().first)
        }
    }

    /// Whether somebody with this role may see a record of somebody who is in these ways theirs: `panel`, `team`, `site`.
    package func opens(_ verb: String, _ type: String, label: String?, of ways: Set<String>) -> Bool {
        rules.contains { rule in
            rule.verbs.contains(verb) && rule.speaks(of: type) && rule.admits(label)
                && !rule.whose.isDisjoint(with: ways.union(["everyone"]))
        }
    }
}
