/// Functions on texts: N1 §5.6. Places count Unicode scalars from 0.
extension PathRun {
    func text(_ call: PathCall, on items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        if call.function == .join { return try joined(items, call, scope) }
        guard let item = try single(items, "\(call.function.rawValue)()") else { return [] }
        guard let text = item.string else { throw .execution("\(call.function.rawValue)() takes a text.") }
        try spend(text.utf8.count / 8)
        switch call.function {
        case .length: return [.integer(text.unicodeScalars.count)]
        case .upper: return [.string(text.uppercased())]
        case .lower: return [.string(text.lowercased())]
        case .trim: return [.string(PathText.trimmed(text))]
        case .toChars:
            try hold(items: text.unicodeScalars.count)
            return text.unicodeScalars.map { .string(String($0)) }
        case .substring: return try substring(text, call, scope)
        case .matches, .matchesFull, .replaceMatches: return try matched(text, call, scope)
        case .replace:
            guard let old = try string(call, 0, scope), let new = try string(call, 1, scope) else { return [] }
            return [.string(try replaced(text, old, new))]
        default: break
        }
        guard let other = try string(call, 0, scope) else { return [] }
        try spend(other.utf8.count / 8)
        switch call.function {
        case .startsWith: return [.boolean(text.utf8.starts(with: other.utf8))]
        case .endsWith: return [.boolean(text.utf8.reversed().starts(with: other.utf8.reversed()))]
        case .contains:
            return [.boolean(try find(Array(other.utf8), in: Array(text.utf8)).first != nil || other.isEmpty)]
        case .indexOf, .lastIndexOf:
            let scalars = Array(text.unicodeScalars)
            if other.isEmpty { return [.integer(call.function == .indexOf ? 0 : scalars.count)] }
            let places = try find(Array(other.unicodeScalars), in: scalars, isOverlapping: true)
            return [.integer((call.function == .indexOf ? places.first : places.last) ?? -1)]
        case .split: return try split(text, other)
        case .encode: return PathCoding.encode(text, other).map { [.string($0)] } ?? []
        case .decode: return PathCoding.decode(text, other).map { [.string($0)] } ?? []
        case .escape: return try escaped(PathCoding.escape(text, other))
        default: return try escaped(PathCoding.unescape(text, other))
        }
    }

    private func escaped(_ text: String?) throws(FHIRPathError) -> [PathItem] {
        guard let text else { throw .execution("escape() and unescape() know html and json.") }
        try hold(text: text.utf8.count)
        return [.string(text)]
    }

    private func joined(_ items: [PathItem], _ call: PathCall, _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        let separator = try string(call, 0, scope) ?? ""
        if items.isEmpty { return [] }
        var result = ""
        for (index, item) in items.enumerated() {
            guard let text = item.string else { throw .execution("join() takes texts.") }
            try spend(text.utf8.count / 16)
            result += (index > 0 ? separator : "") + text
            try hold(text: result.utf8.count)
        }
        return [.string(result)]
    }

    private func substring(_ text: String, _ call: PathCall, _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        let scalars = text.unicodeScalars
        guard let start = try whole(call, 0, scope), start >= 0, start < scalars.count else { return [] }
        let rest = scalars.dropFirst(start)
        guard call.arguments.count > 1 else { return [.string(String(rest))] }
        guard let length = try whole(call, 1, scope) else { return [.string(String(rest))] }
        return [.string(String(rest.prefix(max(0, length))))]
    }

    /// Where one list stands in another, found by the failures of Knuth, Morris and Pratt.
    private func find<Value: Equatable>(
        _ wanted: [Value], in text: [Value], isOverlapping: Bool = false
    ) throws(FHIRPathError) -> [Int] {
        guard !wanted.isEmpty, wanted.count <= text.count else { return [] }
        try spend((wanted.count + text.count) / 4)
        var borders = [Int](repeating: 0, count: wanted.count)
        var length = 0
        for place in 1..<max(wanted.count, 1) {
            while length > 0, wanted[place] != wanted[length] { length = borders[length - 1] }
            if wanted[place] == wanted[length] { length += 1 }
            borders[place] = length
        }
        var places: [Int] = []
        var matched = 0
        for (place, value) in text.enumerated() {
            while matched > 0, matched == wanted.count || value != wanted[matched] { matched = borders[matched - 1] }
            if value == wanted[matched] { matched += 1 }
            guard matched == wanted.count else { continue }
            places.append(place - wanted.count + 1)
            if !isOverlapping { matched = 0 }
        }
        return places
    }

    private func replaced(_ text: String, _ old: String, _ new: String) throws(FHIRPathError) -> String {
        let scalars = Array(text.unicodeScalars)
        let wanted = Array(old.unicodeScalars)
        // Nothing is replaced everywhere: before each character and at the end.
        let places = wanted.isEmpty ? Array(0...scalars.count) : try find(wanted, in: scalars)
        let growth = new.unicodeScalars.count.multipliedReportingOverflow(by: places.count)
        try hold(text: growth.overflow ? .max : growth.partialValue)
        var result = String.UnicodeScalarView()
        var start = 0
        for place in places {
            result.append(contentsOf: scalars[start..<place])
            result.append(contentsOf: new.unicodeScalars)
            start = place + wanted.count
        }
        result.append(contentsOf: scalars[start...])
        try hold(text: result.count)
        try spend(result.count / 8)
        return String(result)
    }

    private func split(_ text: String, _ separator: String) throws(FHIRPathError) -> [PathItem] {
        let scalars = Array(text.unicodeScalars)
        let wanted = Array(separator.unicodeScalars)
        if wanted.isEmpty { return scalars.map { .string(String($0)) } }
        let places = try find(wanted, in: scalars)
        try hold(items: places.count)
        var parts: [PathItem] = []
        var start = 0
        for place in places + [scalars.count] {
            parts.append(.string(String(String.UnicodeScalarView(scalars[start..<place]))))
            start = place + wanted.count
        }
        return parts
    }

    // MARK: Patterns

    private func matched(_ text: String, _ call: PathCall, _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        let pattern: TextPattern
        if let compiled = call.pattern {
            pattern = compiled
        } else {
            guard let written = try string(call, 0, scope) else { return [] }
            try spend(written.utf8.count + 100)
            pattern = try TextPattern(written)
        }
        let scalars = Array(text.unicodeScalars)
        let spend: (Int) throws(FHIRPathError) -> Void = { work throws(FHIRPathError) in try self.spend(work) }
        guard call.function == .replaceMatches else {
            return [.boolean(try pattern.matches(scalars, whole: call.function == .matchesFull, spend: spend))]
        }
        guard let new = try string(call, 1, scope) else { return [] }
        // A pattern of nothing replaces nothing.
        if pattern.isEmpty { return [.string(text)] }
        var result = String.UnicodeScalarView()
        var place = 0
        while place <= scalars.count, let found = try pattern.find(scalars, from: place, spend: spend) {
            result.append(contentsOf: scalars[place..<found[0]])
            result.append(contentsOf: pattern.substituted(new, scalars, found).unicodeScalars)
            place = found[1]
            if found[0] == found[1] {
                if place < scalars.count { result.append(scalars[place]) }
                place += 1
            }
            try hold(text: result.count)
        }
        if place < scalars.count { result.append(contentsOf: scalars[place...]) }
        return [.string(String(result))]
    }
}

extension TextPattern {
    /// What stands in place of a match: `$1`, `${name}` and `$0` give groups, `\$` and `$$` a dollar.
    func substituted(_ new: String, _ text: [Unicode.Scalar], _ found: [Int]) -> String {
        func group(_ number: Int) -> String {
            guard found.indices.contains(number * 2 + 1), found[number * 2] >= 0,
                found[number * 2 + 1] >= found[number * 2]
            else { return "" }
            return String(String.UnicodeScalarView(text[found[number * 2]..<found[number * 2 + 1]]))
        }
        let scalars = Array(new.unicodeScalars)
        var result = ""
        var place = 0
        while place < scalars.count {
            let scalar = scalars[place]
            let next = place + 1 < scalars.count ? scalars[place + 1] : nil
            place += 1
            if scalar == "\\", let next {
                result.unicodeScalars.append(next)
                place += 1
            } else if scalar == "$", let next, next == "$" {
                result += "$"
                place += 1
            } else if scalar == "$", let next, let digit = Character(next).wholeNumberValue, next.isASCII {
                result += group(digit)
                place += 1
            } else if scalar == "$", next == "{", let end = scalars[place...].firstIndex(of: "}") {
                let name = String(String.UnicodeScalarView(scalars[(place + 1)..<end]))
                result += group(Int(name) ?? groupNames[name] ?? -1)
                place = end + 1
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
