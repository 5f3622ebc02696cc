/// Checks a resource against the structure that FHIR R4 gives it: elements, types, cardinality, required codes and
/// what references may point to; and against its invariants. Profiles are not checked.
package struct Validator: Sendable {
    /// After this many errors the rest is not looked at. As many warnings are told, beside them.
    package static let mostIssues = 100

    private let definitions: Definitions

    package init(definitions: Definitions) {
        self.definitions = definitions
    }

    /// Checks a resource.
    /// - Parameters:
    ///   - resource: the root of the resource.
    ///   - type: the type that it has to be, nil for any.
    /// - Returns: what is wrong, in the order of the text, and as warnings what should be better; empty when all is well.
    package func validate(_ resource: JSONNode, expecting type: String? = nil) -> [Issue] {
        var walk = Walk(definitions: definitions, root: resource)
        walk.resource(resource, expecting: type, isNested: false)
        return walk.issues
    }

    /// One pass over a resource: where it stands and what it found.
    struct Walk {
        let definitions: Definitions
        /// The outermost resource, or the entry of a Bundle: the one whose contained resources `#id` names.
        var root: JSONNode
        /// The innermost resource, contained ones too: `%resource` of the rules.
        var resource: JSONNode
        var place = Place()
        var issues: [Issue] = []
        private var errors = 0
        private var warnings = 0
        /// Made when a rule has to be evaluated.
        var run: PathRun?

        init(definitions: Definitions, root: JSONNode) {
            self.definitions = definitions
            self.root = root
            resource = root
        }

        var isFull: Bool { errors >= Validator.mostIssues }

        mutating func report(
            _ code: Issue.Code, _ diagnostics: @autoclosure () -> String, below name: String? = nil,
            severity: Issue.Severity = .error
        ) {
            if severity == .error {
                guard !isFull else { return }
                errors += 1
            } else {
                guard warnings < Validator.mostIssues else { return }
                warnings += 1
            }
            issues.append(Issue(severity, code, at: place.expression(below: name), diagnostics()))
        }
    }

    /// The way from the resource to the element that is being looked at.
    struct Place {
        private var steps: [(name: String, index: Int?, type: String?)] = []

        mutating func enter(_ name: String, type: String? = nil) { steps.append((name, nil, type)) }

        mutating func leave() { steps.removeLast() }

        /// Says which element of a list is being looked at, nil for the list itself.
        mutating func at(_ index: Int?) {
            guard let last = steps.indices.last else { return }
            steps[last].index = index
        }

        func expression(below name: String?) -> String? {
            var text = ""
            for step in steps {
                text += (text.isEmpty ? "" : ".") + step.name
                if let index = step.index { text += "[\(index)]" }
                if let type = step.type { text += ".ofType(\(type))" }
            }
            if let name { text += (text.isEmpty ? "" : ".") + name }
            return text.isEmpty ? nil : text
        }
    }
}
