/// Reads one value of a search by the kind of its parameter.
struct ReadValue {
    let parameter: SearchParameter
    let definitions: Definitions
    /// This server's own address; nil when unknown.
    let base: String?
    /// Milliseconds since 1970.
    let now: Int64

    func refusal(_ reason: String) -> SearchRefusal {
        SearchRefusal(.value, "The value of \(parameter.code) \(reason)")
    }

    func prefixed(_ text: Substring) -> (prefix: SearchPrefix, rest: Substring) {
        guard let prefix = SearchPrefix(rawValue: String(text.prefix(2))) else { return (.eq, text) }
        return (prefix, text.dropFirst(2))
    }

    // MARK: Token

    func token(_ text: Substring) throws(SearchRefusal) -> TokenTest {
        let parts = ValueSplitter.split(text, at: "|").map(ValueSplitter.plain)
        guard parts.count <= 2, let last = parts.last else {
            throw refusal("has more than one bar; write system|code, and \\| for a bar within them.")
        }
        guard parts.count == 2, let system = parts.first else { return TokenTest(system: .any, code: last) }
        let code = last.isEmpty ? nil : last
        if system.isEmpty {
            guard code != nil else { throw refusal("is a bar alone.") }
            return TokenTest(system: .none, code: code)
        }
        return TokenTest(system: .named(system, orNone: system == parameter.impliedSystem), code: code)
    }

    /// `system|code|value` of an identifier's type and its value.
    func ofType(_ text: Substring) throws(SearchRefusal) -> TokenTest {
        let parts = ValueSplitter.split(text, at: "|").map(ValueSplitter.plain)
        guard parts.count == 3, !parts[1].isEmpty, !parts[2].isEmpty else {
            throw refusal("has to be system|code|value with :of-type.")
        }
        return TokenTest(
            system: parts[0].isEmpty ? .any : .named(parts[0], orNone: false), code: parts[1] + "|" + parts[2])
    }

    // MARK: Text

    func string(_ text: Substring, _ modifier: String?) throws(SearchRefusal) -> StringTest {
        let written = ValueSplitter.plain(text)
        let plain = SearchText.normalized(written)
        guard !plain.isEmpty else { throw refusal("is blank.") }
        switch modifier {
        case "exact": return StringTest(mode: .exact(SearchText.exact(written)), text: plain)
        case "contains": return StringTest(mode: .contains, text: plain)
        default: return StringTest(mode: .starts, text: plain)
        }
    }

    func uri(_ text: Substring, _ modifier: String?) -> URITest {
        URITest(
            mode: modifier == "below" ? .below : modifier == "above" ? .above : .exact,
            text: ValueSplitter.plain(text))
    }

    // MARK: Reference

    /// Reads a reference; `type` is what `:[type]` names.
    func reference(_ text: Substring, type: String?) throws(SearchRefusal) -> ReferenceTest {
        let written = ValueSplitter.plain(text)
        let local = base.flatMap { own in
            written.hasPrefix(own + "/") ? String(written.dropFirst(own.count + 1)) : nil
        }
        switch ReferenceTarget(local ?? written) {
        case .resource(let named, let id)?:
            guard type == nil || type == named else { throw refusal("points to a \(named), not to a \(type ?? "").") }
            guard definitions.number(ofType: named) != nil else {
                throw refusal("names a type that FHIR R4 does not have.")
            }
            return .place(type: named, id: id)
        case .absolute(let address)?: return .url(address)
        default: break
        }
        guard ReferenceTarget.isID(written.utf8) else {
            throw refusal("is no reference: write an id, Type/id or an absolute address.")
        }
        if let type { return .place(type: type, id: written) }
        let targets = parameter.targets == ["Resource"] ? definitions.resourceTypes : parameter.targets
        return targets.count == 1 ? .place(type: targets[0], id: written) : .id(written, types: targets)
    }

    // MARK: Date, number and quantity

    func date(_ text: Substring) throws(SearchRefusal) -> DateTest {
        let (prefix, rest) = prefixed(text)
        // An unescaped plus of a zone arrives as a space.
        let written = ValueSplitter.plain(rest).replacing(" ", with: "+")
        guard let date = FHIRDate(written, as: .search) else {
            throw refusal("is no date: write 2026, 2026-11, 2026-11-21 or 2026-11-21T10:00:00Z.")
        }
        guard prefix == .ap else { return DateTest(prefix: prefix, low: date.low, high: date.high) }
        let gap = max(date.low - now, now - date.high, 0) / 10
        return DateTest(prefix: .ap, low: date.low - gap, high: date.high + gap)
    }

    func number(_ text: Substring) throws(SearchRefusal) -> NumberTest {
        let (prefix, rest) = prefixed(text)
        guard let read = SearchNumber(rest) else { throw refusal("is no number.") }
        return test(prefix, read)
    }

    private func test(_ prefix: SearchPrefix, _ read: SearchNumber) -> NumberTest {
        let around = prefix == .ap ? abs(read.value) / 10 : read.half
        // Of more digits than a Double has, the stretch is empty; the number itself is always within it.
        let high = max(read.value + around, read.value.nextUp)
        return NumberTest(prefix: prefix, value: read.value, low: read.value - around, high: high)
    }

    func quantity(_ text: Substring) throws(SearchRefusal) -> QuantityTest {
        let parts = ValueSplitter.split(text, at: "|").map(ValueSplitter.plain)
        let (prefix, rest) = prefixed(Substring(parts.first ?? ""))
        guard parts.count == 1 || parts.count == 3, let read = SearchNumber(rest) else {
            throw refusal("is no quantity: write 5.4 or 5.4|system|code.")
        }
        let number = test(prefix, read)
        guard parts.count == 3 else { return QuantityTest(number: number, system: .any, code: nil) }
        return QuantityTest(
            number: number, system: parts[1].isEmpty ? .any : .named(parts[1], orNone: false),
            code: parts[2].isEmpty ? nil : parts[2])
    }

    /// `latitude|longitude|distance|units`; 50 km when the distance is left out.
    func near(_ text: Substring) throws(SearchRefusal) -> NearTest {
        let parts = ValueSplitter.split(text, at: "|").map(ValueSplitter.plain)
        let units = ["km": 1.0, "": 1.0, "m": 0.001, "[mi_us]": 1.609347, "[mi_i]": 1.609344]
        guard (2...4).contains(parts.count), let latitude = SearchNumber(parts[0])?.value,
            let longitude = SearchNumber(parts[1])?.value, abs(latitude) <= 90, abs(longitude) <= 180,
            let unit = units[parts.count > 3 ? parts[3] : ""]
        else {
            throw refusal("has to be latitude|longitude|distance|units, units km, m or [mi_us].")
        }
        guard parts.count > 2, !parts[2].isEmpty else {
            return NearTest(latitude: latitude, longitude: longitude, distance: 50)
        }
        guard let distance = SearchNumber(parts[2])?.value, distance >= 0 else { throw refusal("has no distance.") }
        return NearTest(latitude: latitude, longitude: longitude, distance: distance * unit)
    }
}

/// A number with the stretch that its digits cover (FHIR R4 §3.1.1.4.12): 100 reaches from 99.5 to 100.5.
struct SearchNumber {
    let value: Double
    /// Half of what the last digit stands for.
    let half: Double

    init?(_ text: some StringProtocol) {
        var digits = 0
        var places = 0
        var isFraction = false
        var exponent: Substring?
        let text = Substring(text)
        for (place, character) in zip(text.indices, text) {
            switch character {
            case "0"..."9":
                digits += 1
                if isFraction { places += 1 }
            case ".":
                guard !isFraction else { return nil }
                isFraction = true
            case "-", "+":
                guard place == text.startIndex else { return nil }
            case "e", "E":
                exponent = text[text.index(after: place)...]
            default: return nil
            }
            if exponent != nil { break }
        }
        guard digits > 0, digits <= 60, let value = Double(text), value.isFinite else { return nil }
        var power = 0
        if let exponent {
            guard let read = Int(exponent), abs(read) <= 300 else { return nil }
            power = read
        }
        self.value = value
        // The specification has 1e2 reach from 95 to 105, a tenth of what its one digit would give.
        let tenth = exponent != nil && places == 0 ? 0.05 : 0.5
        half = tenth * SearchNumber.ten(to: power - places)
    }

    private static func ten(to power: Int) -> Double { Double("1e\(power)") ?? 0 }
}
