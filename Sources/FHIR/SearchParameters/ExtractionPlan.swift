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
    }

    struct Place: Sendable {
        var edges: [String: [Edge]] = [:]
        var finds: [Find] = []
    }

    /// Place 0 is the resource.
    private(set) var places: [Place] = [Place()]
    /// Parameters that say whether an element is there and not false, with its name.
    private(set) var presences: [(parameter: Int, element: String)] = []

    /// Parameters whose values the store keeps itself, as columns.
    private static let kept: Set<String> = ["_id", "_lastUpdated"]

    init(_ parameters: [SearchParameter]) {
        for parameter in parameters where !ExtractionPlan.kept.contains(parameter.code) {
            for path in parameter.paths { add(path, of: parameter) }
        }
    }

    /// Reads `telecom[system=phone].value:string` or `subject:Reference?Patient`.
    private mutating func add(_ path: String, of parameter: SearchParameter) {
        let halves = path.split(separator: ":")
        guard halves.count == 2, let names = halves.first else { return }
        let ending = halves[1].split(separator: "?")
        if ending.first == "exists" {
            presences.append((parameter.number, String(names)))
            return
        }
        guard let datatype = ending.first.flatMap({ Datatype(rawValue: String($0)) }) else { return }
        var place = 0
        for step in names.split(separator: ".") {
            let parts = step.split(separator: "[")
            guard let name = parts.first.map(String.init) else { return }
            place = next(from: place, name: name, condition: parts.count > 1 ? condition(parts[1].dropLast()) : nil)
        }
        let only = ending.count > 1 ? [String(ending[1])] : datatype == .resource ? parameter.targets : []
        places[place].finds.append(
            Find(parameter: parameter.number, kind: parameter.kind, datatype: datatype, only: only))
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
