/// How the values of a composite parameter are found (FHIR R4 §3.1.1.5.10), worked out from its table entry.
///
/// Parts that stand once in the resource itself need no rows of their own: the rows of their parameters say the same.
/// Parts of an element that may be there many times are kept together in one row.
package struct CompositeShape: Sendable {
    /// Where a row of what stands together keeps a part.
    package enum Slot: Sendable {
        /// A code with its system.
        case code
        /// A second code, with its system.
        case otherCode
        case reference
        /// The ends of an amount, its unit and the system of the unit.
        case amount
        /// The ends of a date or a number.
        case interval
        /// The first and the second of two numbers.
        case first, second
        case text
    }

    package enum Part: Sendable {
        /// The rows of this parameter.
        case parameter(Int)
        case slot(Slot, kind: SearchParameter.Kind)
    }

    /// One way in which the parts can be found.
    package struct Way: Sendable {
        /// Under which number the rows are kept; nil when no part needs them.
        package let rows: Int?
        /// In the order of the components.
        package let parts: [Part]
    }

    /// Elements whose parts are kept together.
    struct Element: Sendable {
        let path: String
        /// By component: paths from the element; empty for those of the resource itself.
        let parts: [[String]]
        let slots: [(slot: Slot, kind: SearchParameter.Kind)?]
    }

    package let kinds: [SearchParameter.Kind]
    package let ways: [Way]
    /// Only where this parameter is the first with these rows.
    let elements: [Element]

    /// - Returns: nil when the parameter is no composite, or one of its parts cannot be compared.
    package init?(_ parameter: SearchParameter, among all: [SearchParameter]) {
        let components = parameter.components.compactMap { component in all.first { $0.code == component.code } }
        guard parameter.kind == .composite, !components.isEmpty, components.count == parameter.components.count else {
            return nil
        }
        kinds = components.map(\.kind)
        var ways: [Way] = []
        var elements: [Element] = []
        for owner in parameter.owners {
            if owner == "." {
                let nested = parameter.owners.filter { $0 != "." }.map { $0 + "." }
                ways.append(
                    Way(rows: nil, parts: components.map { .parameter(Self.own($0, without: nested, among: all)) }))
                continue
            }
            let parts = components.map { component in
                component.paths.filter { $0.hasPrefix(owner + ".") }.map { String($0.dropFirst(owner.count + 1)) }
            }
            let slots = Self.slots(zip(components, parts).map { $1.isEmpty ? nil : $0.kind })
            let first = all.first { other in
                other.kind == .composite && other.owners.contains(owner)
                    && other.components.map { component in
                        all.first { $0.code == component.code }?.paths.filter { $0.hasPrefix(owner + ".") } ?? []
                    } == components.map { $0.paths.filter { $0.hasPrefix(owner + ".") } }
            }
            let number = first?.number ?? parameter.number
            if number == parameter.number {
                elements.append(Element(path: owner, parts: parts, slots: slots))
            }
            ways.append(
                Way(
                    rows: number,
                    parts: zip(components, slots).map { component, slot in
                        slot.map { .slot($0.slot, kind: $0.kind) } ?? .parameter(component.number)
                    }))
        }
        self.ways = ways
        self.elements = elements
    }

    /// The parameter with only those paths of a component that lead to the resource's own elements.
    private static func own(
        _ component: SearchParameter, without nested: [String], among all: [SearchParameter]
    ) -> Int {
        let paths = component.paths.filter { path in !nested.contains { path.hasPrefix($0) } }
        let same = all.first { $0.kind == component.kind && $0.paths == paths }
        return same?.number ?? component.number
    }

    private static func slots(
        _ kinds: [SearchParameter.Kind?]
    ) -> [(slot: Slot, kind: SearchParameter.Kind)?] {
        let numbers = kinds.filter { $0 == .number }.count
        var codes = 0
        var seen = 0
        return kinds.map { kind in
            switch kind {
            case .token?:
                codes += 1
                return (codes == 1 ? .code : .otherCode, .token)
            case .number?:
                seen += 1
                return (numbers == 1 ? .interval : seen == 1 ? .first : .second, .number)
            case .quantity?: return (.amount, .quantity)
            case .date?: return (.interval, .date)
            case .reference?: return (.reference, .reference)
            case .string?: return (.text, .string)
            default: return nil
            }
        }
    }
}

extension Definitions {
    package func composite(_ parameter: SearchParameter) -> CompositeShape? {
        CompositeShape(parameter, among: searchParameters(parameter.type))
    }
}
