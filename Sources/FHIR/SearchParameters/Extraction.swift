/// Turns one element that was found into the rows of a search parameter, by the parameter's kind and the datatype.
struct Extraction {
    let parameter: Int
    let node: JSONNode

    func append(_ find: ExtractionPlan.Find, to rows: inout [IndexRow]) {
        switch find.kind {
        case .token:
            token(find.datatype, &rows)
            if find.isWhole { texts(beside: find.datatype, &rows) }
        case .date: date(find.datatype, &rows)
        case .reference: reference(find, &rows)
        case .string: string(find.datatype, &rows)
        case .quantity: quantity(find.datatype, &rows)
        case .number: number(find.datatype, &rows)
        case .uri:
            guard let text = filled(node) else { return }
            add(.uri(text), &rows)
            if find.datatype == .canonical, let bar = text.lastIndex(of: "|") { add(.uri(String(text[..<bar])), &rows) }
        case .special: position(&rows)
        case .composite: break
        }
    }

    private func add(_ value: IndexValue, _ rows: inout [IndexRow]) {
        rows.append(IndexRow(parameter: parameter, value: value))
    }

    private func filled(_ node: JSONNode?) -> String? {
        guard let text = node?.string, !text.isEmpty else { return nil }
        return text
    }

    // MARK: Token

    private func token(_ datatype: ExtractionPlan.Datatype, _ rows: inout [IndexRow]) {
        switch datatype {
        case .codeableConcept:
            guard let codings = node["coding"] else { return }
            for coding in codings.elements { pair(coding, code: "code", &rows) }
        case .coding: pair(node, code: "code", &rows)
        case .identifier:
            pair(node, code: "value", &rows)
            typedIdentifier(&rows)
        case .contactPoint:
            if let value = filled(node["value"]) { add(.token(system: nil, code: value), &rows) }
        case .boolean:
            if let value = node.bool { add(.token(system: nil, code: value ? "true" : "false"), &rows) }
        default:
            if let text = filled(node) { add(.token(system: nil, code: text), &rows) }
        }
    }

    private func pair(_ node: JSONNode, code name: String, _ rows: inout [IndexRow]) {
        guard let code = filled(node[name]) else { return }
        add(.token(system: filled(node["system"]), code: code), &rows)
    }

    /// `:of-type` finds an identifier by the code of its type and its value.
    private func typedIdentifier(_ rows: inout [IndexRow]) {
        guard let value = filled(node["value"]), let codings = node["type"]?["coding"] else { return }
        for coding in codings.elements {
            guard let code = filled(coding["code"]) else { continue }
            rows.append(
                IndexRow(
                    parameter: parameter + SearchParameter.second,
                    value: .token(system: filled(coding["system"]), code: code + "|" + value)))
        }
    }

    /// `:text` finds a code by the words beside it.
    private func texts(beside datatype: ExtractionPlan.Datatype, _ rows: inout [IndexRow]) {
        switch datatype {
        case .codeableConcept: conceptTexts(node, &rows)
        case .coding:
            if let display = node["display"] { text(display, &rows) }
        case .identifier:
            if let type = node["type"] { conceptTexts(type, &rows) }
        default: break
        }
    }

    private func conceptTexts(_ concept: JSONNode, _ rows: inout [IndexRow]) {
        if let said = concept["text"] { text(said, &rows) }
        guard let codings = concept["coding"] else { return }
        for coding in codings.elements {
            if let display = coding["display"] { text(display, &rows) }
        }
    }

    // MARK: Date

    private func date(_ datatype: ExtractionPlan.Datatype, _ rows: inout [IndexRow]) {
        switch datatype {
        case .period:
            if let range = period(node) { add(range, &rows) }
        case .timing: timing(&rows)
        default:
            if let date = moment(node) { add(.date(low: date.low, high: date.high), &rows) }
        }
    }

    private func moment(_ node: JSONNode?) -> FHIRDate? {
        guard let node else { return nil }
        let read = node.withStringBytes { bytes, escaped in
            // An escape in a date is legal JSON and rare; the form for searches lets a time without a zone be UTC.
            escaped ? node.string.flatMap { FHIRDate($0, as: .search) } : FHIRDate(bytes, as: .search)
        }
        return read ?? nil
    }

    private func period(_ node: JSONNode) -> IndexValue? {
        let start = moment(node["start"])
        let end = moment(node["end"])
        guard start != nil || end != nil else { return nil }
        return .date(low: start?.low ?? FHIRDate.earliest, high: end?.high ?? FHIRDate.latest)
    }

    /// One row from the first to the last time that the events and the bounds cover.
    private func timing(_ rows: inout [IndexRow]) {
        var low = Int64.max
        var high = Int64.min
        for event in node.list("event") {
            guard let date = moment(event) else { continue }
            low = min(low, date.low)
            high = max(high, date.high)
        }
        if let bounds = node["repeat"]?["boundsPeriod"], case .date(let from, let until)? = period(bounds) {
            low = min(low, from)
            high = max(high, until)
        }
        if low < high { add(.date(low: low, high: high), &rows) }
    }

    // MARK: Reference

    private func reference(_ find: ExtractionPlan.Find, _ rows: inout [IndexRow]) {
        switch find.datatype {
        case .reference:
            if let text = node["reference"] { target(text, find, &rows) }
            if let identifier = node["identifier"], let value = filled(identifier["value"]) {
                rows.append(
                    IndexRow(
                        parameter: parameter + SearchParameter.second,
                        value: .token(system: filled(identifier["system"]), code: value)))
            }
        case .resource:
            guard let type = node["resourceType"]?.string, let id = filled(node["id"]), find.only.contains(type) else {
                return
            }
            add(.reference(type: type, id: id), &rows)
        default: target(node, find, &rows)
        }
    }

    private func target(_ text: JSONNode, _ find: ExtractionPlan.Find, _ rows: inout [IndexRow]) {
        let read = text.withStringBytes { bytes, escaped in
            escaped ? text.string.flatMap { ReferenceTarget($0) } : ReferenceTarget(utf8: bytes)
        }
        switch read ?? nil {
        case .resource(let type, let id)?:
            if allowed(type, find) { add(.reference(type: type, id: id), &rows) }
        case .absolute(let address)?:
            guard find.only.isEmpty || allowed(statedType(address), find) else { return }
            add(.url(address), &rows)
            if find.datatype != .reference, let bar = address.lastIndex(of: "|") {
                add(.url(String(address[..<bar])), &rows)
            }
        default: break
        }
    }

    /// The type that an absolute address has by its last parts, or that the reference itself states.
    private func statedType(_ address: String) -> String? {
        ReferenceTarget.type(atEndOf: address) ?? node["type"]?.string
    }

    private func allowed(_ type: String?, _ find: ExtractionPlan.Find) -> Bool {
        guard let type else { return false }
        return find.only.isEmpty || find.only.contains(type)
    }

    // MARK: String

    private func string(_ datatype: ExtractionPlan.Datatype, _ rows: inout [IndexRow]) {
        switch datatype {
        case .humanName:
            for (name, value) in node.members where Extraction.nameParts.contains(name) { texts(value, &rows) }
        case .address:
            for (name, value) in node.members where Extraction.addressParts.contains(name) { texts(value, &rows) }
        default: text(node, &rows)
        }
    }

    private static let nameParts: Set<String> = ["text", "family", "given", "prefix", "suffix"]
    private static let addressParts: Set<String> = [
        "text", "line", "city", "district", "state", "postalCode", "country",
    ]

    private func texts(_ value: JSONNode, _ rows: inout [IndexRow]) {
        guard value.kind == .array else { return text(value, &rows) }
        for element in value.elements { text(element, &rows) }
    }

    private func text(_ value: JSONNode, _ rows: inout [IndexRow]) {
        guard let written = value.string else { return }
        let text = SearchText.normalized(written)
        guard !text.isEmpty else { return }
        add(.string(text, exact: SearchText.exact(written)), &rows)
    }

    // MARK: Quantity and number

    private func quantity(_ datatype: ExtractionPlan.Datatype, _ rows: inout [IndexRow]) {
        switch datatype {
        case .money:
            guard let value = finite(node["value"]) else { return }
            let currency = filled(node["currency"])
            add(
                .quantity(low: value, high: value, system: "urn:iso:std:iso:4217", code: currency, unit: nil), &rows)
        case .range:
            let low = node["low"]
            let high = node["high"]
            guard let unit = low ?? high else { return }
            measured(low: finite(low?["value"]) ?? -.infinity, high: finite(high?["value"]) ?? .infinity, unit, &rows)
        default:
            guard let value = finite(node["value"]) else { return }
            // What a comparator says of the true value (FHIR R4 Quantity.comparator).
            switch node["comparator"]?.string {
            case "<": measured(low: -.infinity, high: value.nextDown, node, &rows)
            case "<=": measured(low: -.infinity, high: value, node, &rows)
            case ">": measured(low: value.nextUp, high: .infinity, node, &rows)
            case ">=": measured(low: value, high: .infinity, node, &rows)
            default: measured(low: value, high: value, node, &rows)
            }
        }
    }

    private func measured(low: Double, high: Double, _ node: JSONNode, _ rows: inout [IndexRow]) {
        guard low.isFinite || high.isFinite else { return }
        let code = filled(node["code"])
        let unit = filled(node["unit"])
        add(
            .quantity(
                low: low, high: high, system: filled(node["system"]), code: code ?? unit,
                unit: code == nil || unit == code ? nil : unit), &rows)
    }

    private func number(_ datatype: ExtractionPlan.Datatype, _ rows: inout [IndexRow]) {
        guard datatype == .range else {
            if let value = finite(node) { add(.number(low: value, high: value), &rows) }
            return
        }
        let low = finite(node["low"]?["value"])
        let high = finite(node["high"]?["value"])
        if low != nil || high != nil { add(.number(low: low ?? -.infinity, high: high ?? .infinity), &rows) }
    }

    // MARK: Place

    private func position(_ rows: inout [IndexRow]) {
        guard let latitude = finite(node["latitude"]), let longitude = finite(node["longitude"]) else { return }
        add(.together(TogetherRow(low: latitude, high: longitude)), &rows)
    }

    private func finite(_ node: JSONNode?) -> Double? {
        guard let value = node?.double, value.isFinite else { return nil }
        return value
    }
}
