/// Which function does what; the families stand in files of their own.
extension PathRun {
    func perform(_ call: PathCall, on items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        switch call.function {
        case .empty: return [.boolean(items.isEmpty)]
        case .exists:
            guard let criteria = call.arguments.first else { return [.boolean(!items.isEmpty)] }
            for (index, item) in items.enumerated() where try holds(criteria, item, index, scope) {
                return [.boolean(true)]
            }
            return [.boolean(false)]
        case .all, .where, .select, .repeat, .aggregate, .sort, .iif, .trace, .coalesce:
            return try iterate(call, on: items, scope)
        case .allTrue, .anyTrue, .allFalse, .anyFalse: return try quantified(call.function, items)
        case .count: return [.integer(items.count)]
        case .distinct: return try known(items).items
        case .isDistinct: return [.boolean(try known(items).items.count == items.count)]
        case .not: return try condition(items).map { [.boolean(!$0)] } ?? []
        case .single:
            guard items.count < 2 else { throw .execution("single() was asked of several values.") }
            return items
        case .first: return items.first.map { [$0] } ?? []
        case .last: return items.last.map { [$0] } ?? []
        case .tail: return Array(items.dropFirst())
        case .skip, .take: return try part(call, of: items, scope)
        case .subsetOf, .supersetOf, .intersect, .exclude, .union, .combine:
            return try sets(call.function, items, try argument(call, 0, scope))
        case .ofType, .as, .is:
            guard let type = call.type else { return [] }
            if call.function == .ofType { return try ofType(items, type) }
            return call.function == .is ? try isKind(items, type) : try cast(items, type)
        case .type: return items.map(type(of:))
        case .children, .descendants, .extension, .resolve, .hasValue, .getValue, .htmlChecks, .conformsTo,
            .weight, .ordinal:
            return try navigate(call, on: items, scope)
        case .now, .today, .timeOfDay: return [try clock(call.function)]
        case .abs, .ceiling, .exp, .floor, .ln, .log, .power, .round, .sqrt, .truncate, .precision, .lowBoundary,
            .highBoundary, .comparable:
            return try numbers(call, on: items, scope)
        case .indexOf, .lastIndexOf, .substring, .startsWith, .endsWith, .contains, .upper, .lower, .replace, .matches,
            .matchesFull, .replaceMatches, .length, .toChars, .encode, .decode, .escape, .unescape, .trim, .split,
            .join:
            return try text(call, on: items, scope)
        case .toBoolean, .convertsToBoolean, .toInteger, .convertsToInteger, .toDecimal, .convertsToDecimal, .toDate,
            .convertsToDate, .toDateTime, .convertsToDateTime, .toTime, .convertsToTime, .toQuantity,
            .convertsToQuantity, .toString, .convertsToString:
            return try convert(call, items, scope)
        case .memberOf, .subsumes, .subsumedBy, .elementDefinition, .slice, .checkModifiers:
            throw .unsupported(call.function.reasonLeftOut ?? "\(call.function.rawValue)() is not offered.")
        }
    }

    /// An argument that is worked out once, from the place where the expression stands and not from the input.
    func argument(_ call: PathCall, _ place: Int, _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        guard call.arguments.indices.contains(place) else { return [] }
        return try evaluate(call.arguments[place], scope)
    }

    /// A whole number given as an argument; nil when it is left out or empty.
    func whole(_ call: PathCall, _ place: Int, _ scope: Scope) throws(FHIRPathError) -> Int? {
        guard let item = try single(try argument(call, place, scope), "An argument") else { return nil }
        guard let value = item.integer else {
            throw .execution("\(call.function.rawValue)() takes a whole number.")
        }
        return value
    }

    /// A text given as an argument; nil when it is empty.
    func string(_ call: PathCall, _ place: Int, _ scope: Scope) throws(FHIRPathError) -> String? {
        guard let item = try single(try argument(call, place, scope), "An argument") else { return nil }
        guard let text = item.string else { throw .execution("\(call.function.rawValue)() takes a text.") }
        return text
    }

    func inner(_ item: PathItem, _ index: Int, _ scope: Scope) -> Scope {
        Scope(this: [item], index: index, total: scope.total)
    }

    func holds(
        _ criteria: PathNode, _ item: PathItem, _ index: Int, _ scope: Scope
    ) throws(FHIRPathError) -> Bool {
        try condition(try evaluate(criteria, inner(item, index, scope))) == true
    }

    private func quantified(_ function: PathFunction, _ items: [PathItem]) throws(FHIRPathError) -> [PathItem] {
        var values: [Bool] = []
        for item in items {
            guard let value = item.bool else { throw .execution("\(function.rawValue)() takes true and false only.") }
            values.append(value)
        }
        switch function {
        case .allTrue: return [.boolean(!values.contains(false))]
        case .anyTrue: return [.boolean(values.contains(true))]
        case .allFalse: return [.boolean(!values.contains(true))]
        default: return [.boolean(values.contains(false))]
        }
    }

    private func part(_ call: PathCall, of items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        guard let count = try whole(call, 0, scope) else { return [] }
        let held = min(max(count, 0), items.count)
        return call.function == .skip ? Array(items.dropFirst(held)) : Array(items.prefix(held))
    }

    private func sets(
        _ function: PathFunction, _ items: [PathItem], _ others: [PathItem]
    ) throws(FHIRPathError) -> [PathItem] {
        switch function {
        case .combine:
            try hold(items: items.count + others.count)
            return items + others
        case .union:
            var known = try known(items)
            for item in others { try add(item, to: &known) }
            return known.items
        case .intersect:
            let right = try known(others)
            var found = Known()
            for item in items where try contains(item, in: right) { try add(item, to: &found) }
            return found.items
        case .exclude:
            let right = try known(others)
            var left: [PathItem] = []
            for item in items where try !contains(item, in: right) { left.append(item) }
            return left
        default:
            let small = function == .subsetOf ? items : others
            let large = try known(function == .subsetOf ? others : items)
            for item in small where try !contains(item, in: large) { return [.boolean(false)] }
            return [.boolean(true)]
        }
    }

    private func clock(_ function: PathFunction) throws(FHIRPathError) -> PathItem {
        guard let now = environment.now else { throw .execution("\(function.rawValue)() was asked without a clock.") }
        var moment = PathMoment(millis: now, zone: environment.zone)
        switch function {
        case .today:
            moment.kind = .date
            moment.precision = .day
            moment.zone = nil
        case .timeOfDay:
            moment.kind = .time
            moment.zone = nil
        default: break
        }
        return .moment(moment)
    }
}
