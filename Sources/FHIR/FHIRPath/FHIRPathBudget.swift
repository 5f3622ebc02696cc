/// How much work an expression may cost. Passing a limit ends it with ``FHIRPathError/tooCostly(_:)``; nothing is cut off
/// silently.
package struct FHIRPathBudget: Sendable {
    /// Elements and values looked at, characters compared, matched or written.
    package var steps: Int
    /// Values in one collection.
    package var items: Int
    /// Unicode scalars in one text that an expression builds.
    package var text: Int

    package init(steps: Int = 2_000_000, items: Int = 200_000, text: Int = 1_000_000) {
        self.steps = steps
        self.items = items
        self.text = text
    }

    /// For all rules of the definitions on a resource with so many JSON values: rules are linear in their resource, so a
    /// record made to be costly is found out.
    static func rules(values: Int) -> FHIRPathBudget {
        let held = min(max(values, 0), 100_000_000)
        return FHIRPathBudget(steps: 200_000 + held * 60, items: 10_000 + held * 4, text: 4_000_000)
    }

    /// The longest expression, in Unicode scalars.
    static let longestExpression = 20_000
    /// How deep brackets and arguments may stand in each other.
    static let deepest = 60
}
