/// The extraction paths of all search parameters of one resource type, joined into a tree of JSON names, so that one
/// walk over the resource finds the values of all of them.
struct ExtractionPlan: Sendable {
    /// Leads from an element to one below it.
    struct Edge: Sendable {
        let condition: Condition?
        let place: Int
    }

    enum Condition: Sendable, Hashable {
        /// Only elements whose member has this text.
        case equals(member: String, text: String)
        /// Only the first of an array.
        case first
    }

    /// A value to be indexed where it is found.
    struct Find: Sendable {
        let parameter: Int
        let kind: SearchParameter.Kind
        let datatype: Datatype
        /// The only resource types that a reference may point to; empty for any.
        let only: [String]
        /// Whether what stands beside a value, such as the text of a code, gives rows too.
        let isWhole: Bool
    }

    /// Parts of a composite parameter below the element where it is found.
    struct Together: Sendable {
        struct Part: Sendable {
            let slot: CompositeShape.Slot
            let values: [(steps: [String], find: Find)]
        }

        let parameter: Int
        let parts: [Part]
    }

    enum Datatype: String, Sendable {
        case code, string, id, uri, boolean, markdown, canonical, url, date, dateTime, instant, decimal, integer
        case coding = "Coding"
        case codeableConcept = "CodeableConcept"
        case identifier = "Identifier"
        case contactPoint = "ContactPoint"
        case period = "Period"
        case timing = "Timing"
        case reference = "Reference"
        case resource = "Resource"
        case humanName = "HumanName"
        case address = "Address"
        case quantity = "Quantity"
        case age = "Age"
        case duration = "Duration"
        case money = "Money"
        case range = "Range"
        /// Of a Location, which only `near` reads.
        case position
    }

    struct Place: Sendable {
        var edges: [String: [Edge]] = [:]
        var finds: [Find] = []
        var together: [Together] = []
    }

    /// Place 0 is the resource.
    private(set) var places: [Place] = [Place()]
    /// Parameters that say whether an element is there and not false, with its name.
    private(set) var presences: [(parameter: Int, element: String)] = []

    /// Parameters whose values the store keeps itself, as columns.
    private static let kept: Set<String> = ["_id", "_lastUpdated"]

    init(_ parameters: [SearchParameter]) {
        for parameter in parameters where !ExtractionPlan.kept.contains(parameter.code) {
            for path in parameter.paths { add(path, of: parameter, among: parameters) }
            if parameter.kind == .special, parameter.code == "near" {
                add("position:position", of: parameter, among: parameters)
            }
            for element in CompositeShape(parameter, among: parameters)?.elements ?? [] {
                add(element, of: parameter, among: parameters)
            }
        }
    }

    private mutating func add(
        _ element: CompositeShape.Element, of parameter: SearchParameter, among all: [SearchParameter]
    ) {
        let parts = zip(element.parts, element.slots).compactMap { paths, slot -> Together.Part? in
            guard let slot else { return nil }
            return Together.Part(
                slot: slot.slot,
                values: paths.compactMap { path in
                    ending(path, parameter: parameter.number, kind: slot.kind, targets: [], isWhole: false)
                        .map { (steps: $0.names.split(separator: ".").map(String.init), find: $0.find) }
                })
        }
        var place = 0
        for step in element.path.split(separator: ".") { place = next(from: place, name: String(step), condition: nil) }
        places[place].together.append(Together(parameter: parameter.number, parts: parts))
    }

    /// What stands after the names of a path.
    private func ending(
        _ path: String, parameter: Int, kind: SearchParameter.Kind, targets: [String], isWhole: Bool
    ) -> (names: Substring, find: Find)? {
        let halves = path.split(separator: ":")
        guard halves.count == 2, let names = halves.first else { return nil }
        let ending = halves[1].split(separator: "?")
        guard let datatype = ending.first.flatMap({ Datatype(rawValue: String($0)) }) else { return nil }
        let only = ending.count > 1 ? [String(ending[1])] : datatype == .resource ? targets : []
        return (names, Find(parameter: parameter, kind: kind, datatype: datatype, only: only, isWhole: isWhole))
    }

    /// Reads `telecom[system=phone].value:string` or `subject:Reference?Patient`.
    private mutating func add(_ path: String, of parameter: SearchParameter, among all: [SearchParameter]) {
        if path.hasSuffix(":exists") {
            presences.append((parameter.number, String(path.dropLast(":exists".count))))
            return
        }
        guard parameter.kind == .special || Definitions.keeps(parameter, path, among: all) else { return }
        guard
            let (names, find) = ending(
                path, parameter: parameter.number, kind: parameter.kind, targets: parameter.targets,
                isWhole: true)
        else { return }
        var place = 0
        for step in names.split(separator: ".") {
            let parts = step.split(separator: "[")
            guard let name = parts.first.map(String.init) else { return }
            place = next(from: place, name: name, condition: parts.count > 1 ? condition(parts[1].dropLast()) : nil)
        }
        places[place].finds.append(find)
    }

    private func condition(_ text: Substring) -> Condition? {
        let parts = text.split(separator: "=")
        return parts.count == 2 ? .equals(member: String(parts[0]), text: String(parts[1])) : .first
    }

    private mutating func next(from place: Int, name: String, condition: Condition?) -> Int {
        if let known = places[place].edges[name]?.first(where: { $0.condition == condition }) { return known.place }
        places.append(Place())
        places[place].edges[name, default: []].append(Edge(condition: condition, place: places.count - 1))
        return places.count - 1
    }
}
