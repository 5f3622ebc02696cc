import Foundation

/// Functions on numbers (N1 §5.7) and on how exact a value is.
extension PathRun {
    func numbers(_ call: PathCall, on items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        guard let item = try single(items, "\(call.function.rawValue)()") else { return [] }
        switch call.function {
        case .lowBoundary: return try boundary(item, isHigh: false, try whole(call, 0, scope))
        case .highBoundary: return try boundary(item, isHigh: true, try whole(call, 0, scope))
        case .precision: return try precision(item)
        case .comparable:
            guard let other = try single(try argument(call, 0, scope), "comparable()"), let one = item.quantity,
                let two = other.quantity
            else { return [] }
            if one.unit == two.unit { return [.boolean(true)] }
            guard let left = one.measure, let right = two.measure else { return [.boolean(false)] }
            return [.boolean(left.isComparable(to: right))]
        default: break
        }
        if call.function == .abs, item.decimal == nil, let amount = item.quantity {
            let value = amount.value.digits < 0 ? amount.value.negated : amount.value
            return [.quantity(PathQuantity(value, amount.unit, isCalendar: amount.isCalendar))]
        }
        guard let value = item.decimal else { throw .execution("\(call.function.rawValue)() takes a number.") }
        let isWhole = item.integer != nil
        switch call.function {
        case .abs:
            let positive = value.digits < 0 ? value.negated : value
            return isWhole ? Self.integer(positive) : [.decimal(positive)]
        case .ceiling: return Self.integer(value.negated.floored(to: 0).negated)
        case .floor: return Self.integer(value.floored(to: 0))
        case .truncate: return Self.integer(value.truncated(to: 0))
        case .round:
            let places = try whole(call, 0, scope) ?? 0
            guard places >= 0 else { throw .execution("round() takes a count of places from 0.") }
            return places == 0 ? Self.integer(value.rounded(to: 0), or: true) : [.decimal(value.rounded(to: places))]
        case .sqrt: return value.digits < 0 ? [] : Self.decimal(value.double.squareRoot())
        case .exp: return Self.decimal(Foundation.exp(value.double))
        case .ln: return value.digits <= 0 ? [] : Self.decimal(Foundation.log(value.double))
        case .log:
            guard let base = try number(call, scope) else { return [] }
            guard value.digits > 0, base.digits > 0, base != PathDecimal(1) else { return [] }
            return Self.decimal(Foundation.log(value.double) / Foundation.log(base.double))
        default: return try power(value, isWhole: isWhole, try number(call, scope))
        }
    }

    private func number(_ call: PathCall, _ scope: Scope) throws(FHIRPathError) -> PathDecimal? {
        guard let item = try single(try argument(call, 0, scope), "An argument") else { return nil }
        guard let value = item.decimal else { throw .execution("\(call.function.rawValue)() takes a number.") }
        return value
    }

    private static func integer(_ value: PathDecimal, or isDecimal: Bool = false) -> [PathItem] {
        value.integer.map { [.integer($0)] } ?? (isDecimal ? [.decimal(value)] : [])
    }

    private static func decimal(_ value: Double) -> [PathItem] {
        PathDecimal(value).map { [.decimal($0)] } ?? []
    }

    /// Exact for whole exponents; empty for a root of a negative number.
    private func power(_ value: PathDecimal, isWhole: Bool, _ exponent: PathDecimal?) throws(FHIRPathError)
        -> [PathItem]
    {
        guard let exponent else { return [] }
        if let count = exponent.integer, (0...200).contains(count) {
            var result = PathDecimal(1)
            for _ in 0..<count {
                guard let next = result.multiplied(by: value) else { return [] }
                result = next
            }
            return isWhole ? Self.integer(result) : [.decimal(result)]
        }
        return Self.decimal(Foundation.pow(value.double, exponent.double))
    }

    // MARK: Exactness

    /// How many digits stand behind the point, or how many a date is written with.
    private func precision(_ item: PathItem) throws(FHIRPathError) -> [PathItem] {
        switch item.atom {
        case .moment(let moment): return [.integer(moment.digitCount)]
        default:
            guard let value = item.decimal else { throw .execution("precision() takes a number, date or time.") }
            return [.integer(value.places)]
        }
    }

    /// The least or greatest value that what was written may stand for, to so many digits.
    private func boundary(_ item: PathItem, isHigh: Bool, _ digits: Int?) throws(FHIRPathError) -> [PathItem] {
        if case .moment(let moment) = item.atom {
            return moment.boundary(isHigh: isHigh, digits: digits).map { [.moment($0)] } ?? []
        }
        let places = digits ?? 8
        guard (0...PathDecimal.mostPlaces).contains(places) else { return [] }
        if let value = item.decimal { return Self.boundary(value, isHigh: isHigh, places).map { [.decimal($0)] } ?? [] }
        guard let amount = item.quantity else {
            throw .execution("A boundary needs a number, an amount, a date or a time.")
        }
        return Self.boundary(amount.value, isHigh: isHigh, places)
            .map { [.quantity(PathQuantity($0, amount.unit, isCalendar: amount.isCalendar))] } ?? []
    }

    private static func boundary(_ value: PathDecimal, isHigh: Bool, _ places: Int) -> PathDecimal? {
        // A negative number mirrors a positive one.
        if value.digits < 0 { return boundary(value.negated, isHigh: !isHigh, places)?.negated }
        let half = PathDecimal(digits: 5, places: value.places + 1)
        guard let edge = isHigh ? value.adding(half) : value.subtracting(half) else { return nil }
        return (isHigh ? edge.rounded(to: places) : edge.floored(to: places)).widened(to: places)
    }
}

extension PathMoment {
    /// The first or last moment that what was written may stand for, told with so many digits: 4, 6, 8, 10, 12, 14 or 17;
    /// for a time 2, 4, 6 or 9. Nil for another count.
    func boundary(isHigh: Bool, digits: Int?) -> PathMoment? {
        let counts =
            kind == .time
            ? [2: Part.hour, 4: .minute, 6: .second, 9: .millisecond]
            : [4: Part.year, 6: .month, 8: .day, 10: .hour, 12: .minute, 14: .second, 17: .millisecond]
        guard let wanted = digits.map({ counts[$0] }) ?? (kind == .date ? .day : .millisecond) else { return nil }
        var edge = self
        if precision < .month { edge.month = isHigh ? 12 : 1 }
        if precision < .day { edge.day = isHigh ? CalendarDay.length(ofMonth: edge.month, year: year) : 1 }
        if precision < .hour { edge.hour = isHigh ? 23 : 0 }
        // An hour alone is read as its first minute.
        if precision < .minute { edge.minute = isHigh && precision != .hour ? 59 : 0 }
        if precision < .second { edge.second = isHigh ? 59 : 0 }
        if precision < .millisecond { edge.millisecond = isHigh ? 999 : 0 }
        edge.precision = wanted
        if kind != .time {
            edge.kind = wanted <= .day && (kind == .date || precision <= .day || wanted < precision) ? .date : .dateTime
            // Where no zone was written, the first and last place on earth.
            if wanted >= .hour, zone == nil { edge.zone = isHigh ? -720 : 840 }
            if wanted < .hour { edge.zone = nil }
        }
        return edge
    }
}
