/// Functions that evaluate an argument for each value: N1 §5.1, §5.2, §5.5.1, §7.
extension PathRun {
    func iterate(_ call: PathCall, on items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        guard let body = call.arguments.first else {
            return call.function == .sort ? try sorted(items, by: [], scope) : []
        }
        switch call.function {
        case .all:
            for (index, item) in items.enumerated() where try !holds(body, item, index, scope) {
                return [.boolean(false)]
            }
            return [.boolean(true)]
        case .where:
            var found: [PathItem] = []
            for (index, item) in items.enumerated() where try holds(body, item, index, scope) { found.append(item) }
            return found
        case .select:
            var found: [PathItem] = []
            for (index, item) in items.enumerated() {
                found += try evaluate(body, inner(item, index, scope))
                try hold(items: found.count)
            }
            return found
        case .repeat: return try repeated(body, on: items, scope)
        case .aggregate: return try aggregated(call, on: items, scope)
        case .sort: return try sorted(items, by: call.arguments, scope)
        case .iif: return try either(call, on: items, scope)
        case .coalesce:
            for argument in call.arguments {
                let value = try evaluate(argument, scope)
                if !value.isEmpty { return value }
            }
            return []
        default: return try traced(call, items, scope)
        }
    }

    /// What the body gives, what it gives of that, and so on; each value once, so that it ends (N1 §5.2.3).
    private func repeated(_ body: PathNode, on items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        var found = Known()
        var waiting = items
        while !waiting.isEmpty {
            var next: [PathItem] = []
            for (index, item) in waiting.enumerated() {
                for value in try evaluate(body, inner(item, index, scope)) where try add(value, to: &found) {
                    next.append(value)
                }
            }
            waiting = next
        }
        return found.items
    }

    private func aggregated(_ call: PathCall, on items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem]
    {
        guard let body = call.arguments.first else { return [] }
        var total = try argument(call, 1, scope)
        for (index, item) in items.enumerated() {
            total = try evaluate(body, Scope(this: [item], index: index, total: total))
            try hold(items: total.count)
        }
        return total
    }

    private func either(_ call: PathCall, on items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        guard let item = items.first else {
            // Of nothing, the arguments are still worked out: resolve().iif(empty(), …) asks just that.
            return try either(call, Scope(this: [], index: scope.index, total: scope.total))
        }
        guard items.count == 1 else { throw .execution("iif() was asked of several values.") }
        return try either(call, Scope(this: [item], index: scope.index, total: scope.total))
    }

    private func either(_ call: PathCall, _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        let tested = try single(try argument(call, 0, scope), "The condition of iif()")
        if let tested, tested.bool == nil { throw .execution("The condition of iif() is neither true nor false.") }
        return try argument(call, tested?.bool == true ? 1 : 2, scope)
    }

    private func traced(_ call: PathCall, _ items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        guard let name = try string(call, 0, scope) else { throw .execution("trace() needs a name.") }
        guard let trace = environment.trace else { return items }
        var told = items
        if call.arguments.count > 1 {
            told = []
            for (index, item) in items.enumerated() {
                told += try evaluate(call.arguments[1], inner(item, index, scope))
            }
        }
        trace(name, told.map { FHIRPathValue($0, definitions) })
        return items
    }

    /// By keys; one with a minus before it from the greatest down. What has no key comes first.
    private func sorted(_ items: [PathItem], by keys: [PathNode], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        var rows: [(item: PathItem, keys: [PathItem?])] = []
        var isDown: [Bool] = []
        let plain: [PathNode] = keys.map { key in
            if case .sign(isNegative: true, let body) = key {
                isDown.append(true)
                return body
            }
            isDown.append(false)
            return key
        }
        for (index, item) in items.enumerated() {
            var values: [PathItem?] = []
            for key in plain {
                values.append(try single(try evaluate(key, inner(item, index, scope)), "What is sorted by"))
            }
            rows.append((item, keys.isEmpty ? [item] : values))
        }
        try spend(rows.count * 20)
        var fault: FHIRPathError?
        let order = rows.indices.sorted { one, two in
            for place in rows[one].keys.indices {
                let down = isDown.indices.contains(place) && isDown[place]
                do throws(FHIRPathError) {
                    guard let first = rows[one].keys[place], let second = rows[two].keys[place] else {
                        if (rows[one].keys[place] == nil) == (rows[two].keys[place] == nil) { continue }
                        return rows[one].keys[place] == nil
                    }
                    let order = try self.order(first, second) ?? 0
                    if order != 0 { return (order < 0) != down }
                } catch {
                    fault = fault ?? error
                }
            }
            return one < two
        }
        if let fault { throw fault }
        return order.map { rows[$0].item }
    }
}
