/// A FHIRPath expression, read once and evaluated on as many records as wished.
///
/// The language is FHIRPath N1 (2.0.0, http://hl7.org/fhirpath/N1) with what FHIR R4 §2.9.1 adds. `docs/fhirpath.md` says
/// what is left out. Reading and evaluating are bounded by ``FHIRPathBudget``, so that an expression from outside cannot
/// hold up the server.
package struct FHIRPath: Sendable {
    /// As it was written.
    package let text: String
    let node: PathNode
    let definitions: Definitions

    /// Reads an expression.
    /// - Parameters:
    ///   - expression: the text.
    ///   - definitions: FHIR's types, which say what an element is.
    /// - Throws: why it is not FHIRPath, or too large.
    package init(_ expression: String, definitions: Definitions) throws(FHIRPathError) {
        text = expression
        node = try PathParser.parse(expression)
        self.definitions = definitions
    }

    /// An expression that was read before the definitions were at hand.
    package init(_ parsed: ParsedFHIRPath, definitions: Definitions) {
        text = parsed.text
        node = parsed.node
        self.definitions = definitions
    }

    /// Evaluates it.
    /// - Parameters:
    ///   - context: what a path begins at, and `%context`: a resource, or an element of one.
    ///   - type: the type of the context when it is not a resource: `HumanName`, `Patient.contact`.
    ///   - resource: `%resource`; left out, the context.
    ///   - root: `%rootResource`, in which `#id` is looked up; left out, the resource.
    ///   - environment: variables, clock and references.
    ///   - budget: how much work it may be.
    /// - Returns: the collection that it gives.
    /// - Throws: what is wrong, or that it was too costly.
    package func evaluate(
        on context: JSONNode, type: String? = nil, resource: JSONNode? = nil, root: JSONNode? = nil,
        environment: FHIRPathEnvironment = FHIRPathEnvironment(), budget: FHIRPathBudget = FHIRPathBudget()
    ) throws(FHIRPathError) -> [FHIRPathValue] {
        let kind = type.flatMap { definitions.pathType(named: $0) } ?? definitions.pathType(ofResource: context)
        let element = PathElement(node: context, beside: nil, type: kind)
        let items = try evaluate(
            on: .element(element), resource: resource ?? context, root: root ?? resource ?? context,
            environment: environment, budget: budget)
        return items.map { FHIRPathValue($0, definitions) }
    }

    /// As a condition (N1 §4.5): nil when it gives nothing; one value that is not a boolean counts as true.
    /// - Throws: as ``evaluate(on:type:resource:root:environment:budget:)``, and when it gives several values.
    package func condition(
        on context: JSONNode, type: String? = nil, resource: JSONNode? = nil, root: JSONNode? = nil,
        environment: FHIRPathEnvironment = FHIRPathEnvironment(), budget: FHIRPathBudget = FHIRPathBudget()
    ) throws(FHIRPathError) -> Bool? {
        let values = try evaluate(
            on: context, type: type, resource: resource, root: root, environment: environment, budget: budget)
        guard values.count < 2 else { throw .execution("A condition has several values where one is needed.") }
        return values.first.map { $0.bool ?? true }
    }

    /// Whether it gives true; nothing is not true.
    /// - Throws: as ``condition(on:type:resource:root:environment:budget:)``.
    package func isTrue(
        on context: JSONNode, type: String? = nil, resource: JSONNode? = nil, root: JSONNode? = nil,
        environment: FHIRPathEnvironment = FHIRPathEnvironment(), budget: FHIRPathBudget = FHIRPathBudget()
    ) throws(FHIRPathError) -> Bool {
        try condition(
            on: context, type: type, resource: resource, root: root, environment: environment, budget: budget) == true
    }

    func evaluate(
        on context: PathItem, resource: JSONNode?, root: JSONNode?, environment: FHIRPathEnvironment,
        budget: FHIRPathBudget
    ) throws(FHIRPathError) -> [PathItem] {
        let run = PathRun(
            definitions: definitions, context: context, resource: resource, root: root, environment: environment,
            budget: budget)
        return try run.evaluate(node, PathRun.Scope(this: [context]))
    }
}

/// An expression that was read, and is FHIRPath: for content that is checked before records are open.
package struct ParsedFHIRPath: Sendable {
    /// As it was written.
    package let text: String
    let node: PathNode

    /// - Throws: why it is not FHIRPath, or too large.
    package init(_ expression: String) throws(FHIRPathError) {
        text = expression
        node = try PathParser.parse(expression)
    }
}
