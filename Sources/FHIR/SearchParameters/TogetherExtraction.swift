/// Turns one element into the rows of a composite parameter: every way in which its parts' values stand together.
struct TogetherExtraction {
    let together: ExtractionPlan.Together

    /// An element with many codings of many parts; real ones stay far below.
    private static let mostRows = 64

    func append(_ element: JSONNode, to rows: inout [IndexRow]) {
        var found = [TogetherRow()]
        for part in together.parts {
            var values: [IndexRow] = []
            for (steps, find) in part.values { read(element, steps[...], find, into: &values) }
            let before = found
            found = []
            for value in values.flatMap({ spelled($0.value) }) {
                for row in before where found.count < Self.mostRows {
                    if let filled = fill(row, part.slot, value), !found.contains(filled) { found.append(filled) }
                }
            }
        }
        for row in found { rows.append(IndexRow(parameter: together.parameter, value: .together(row))) }
    }

    private func read(
        _ node: JSONNode, _ steps: ArraySlice<String>, _ find: ExtractionPlan.Find, into values: inout [IndexRow]
    ) {
        if node.kind == .array {
            for element in node.elements { read(element, steps, find, into: &values) }
        } else if let step = steps.first {
            if let next = node[step] { read(next, steps.dropFirst(), find, into: &values) }
        } else {
            Extraction(parameter: 0, node: node).append(find, to: &values)
            // Rows of another sort, such as an identifier with its type, are not values of the parameter.
            values.removeAll { $0.parameter != 0 }
        }
    }

    /// An amount once by its code and once by its unit as written.
    private func spelled(_ value: IndexValue) -> [IndexValue] {
        guard case .quantity(let low, let high, _, _, let unit?) = value else { return [value] }
        return [value, .quantity(low: low, high: high, system: nil, code: unit, unit: nil)]
    }

    private func fill(_ row: TogetherRow, _ slot: CompositeShape.Slot, _ value: IndexValue) -> TogetherRow? {
        var row = row
        switch (slot, value) {
        case (.code, .token(let system, let code)):
            row.code = code
            row.system = system
        case (.otherCode, .token(let system, let code)):
            row.text = code
            row.link = system.map { .word($0) } ?? .none
        case (.reference, .reference(let type, let id)): row.link = .place(type: type, id: id)
        case (.reference, .url(let address)): row.link = .place(type: "", id: address)
        case (.amount, .quantity(let low, let high, let system, let code, _)):
            row.low = low
            row.high = high
            row.text = code ?? ""
            row.link = system.map { .word($0) } ?? .none
        case (.interval, .date(let low, let high)):
            row.low = Double(low)
            row.high = Double(high)
        case (.interval, .number(let low, let high)):
            row.low = low
            row.high = high
        case (.first, .number(let low, _)): row.low = low
        case (.second, .number(let low, _)): row.high = low
        case (.text, .string(let text, _)): row.text = text
        default: return nil
        }
        return row
    }
}
