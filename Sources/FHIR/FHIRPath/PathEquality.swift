/// `=` and `~` (N1 §6.1), and the sets that rest on them.
extension PathRun {
    /// Whether two collections hold the same in the same order; nil when one is empty or a date does not tell.
    func equal(_ left: [PathItem], _ right: [PathItem]) throws(FHIRPathError) -> Bool? {
        guard !left.isEmpty, !right.isEmpty else { return nil }
        guard left.count == right.count else { return false }
        var isUnknown = false
        for (one, two) in zip(left, right) {
            switch try equal(one, two) {
            case true?: continue
            case false?: return false
            case nil: isUnknown = true
            }
        }
        return isUnknown ? nil : true
    }

    func equal(_ left: PathItem, _ right: PathItem) throws(FHIRPathError) -> Bool? {
        try spend(1)
        switch (left.atom, right.atom) {
        case (.boolean(let one), .boolean(let two)): return one == two
        case (.string(let one), .string(let two)):
            try spend(one.utf8.count / 16)
            return one == two
        case (.integer(let one), .integer(let two)): return one == two
        case (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
            guard let one = left.decimal, let two = right.decimal else { return false }
            return one == two
        case (.moment(let one), .moment(let two)):
            guard (one.kind == .time) == (two.kind == .time) else { return false }
            return one.order(two).map { $0 == 0 }
        case (.type(let space, let name), .type(let otherSpace, let otherName)):
            return space == otherSpace && name == otherName
        case (.quantity(let one), _):
            guard let two = quantity(right) else { return false }
            return one.order(two).map { $0 == 0 }
        case (_, .quantity(let two)):
            guard let one = quantity(left) else { return false }
            return one.order(two).map { $0 == 0 }
        case (.element(let one), .element(let two)): return try isSame(one, two, isLoose: false)
        default: return false
        }
    }

    /// A number beside a quantity is one of unit 1.
    private func quantity(_ item: PathItem) -> PathQuantity? {
        item.quantity ?? item.decimal.map { PathQuantity($0, "1") }
    }

    /// Whether two collections hold the same in any order, roughly (N1 §6.1.2).
    func alike(_ left: [PathItem], _ right: [PathItem]) throws(FHIRPathError) -> Bool {
        guard left.count == right.count else { return false }
        var rest = right
        for item in left {
            var place: Int?
            for (index, other) in rest.enumerated() where try alike(item, other) {
                place = index
                break
            }
            guard let place else { return false }
            rest.remove(at: place)
        }
        return true
    }

    func alike(_ left: PathItem, _ right: PathItem) throws(FHIRPathError) -> Bool {
        try spend(1)
        switch (left.atom, right.atom) {
        case (.string(let one), .string(let two)):
            try spend((one.utf8.count + two.utf8.count) / 4)
            return PathText.plain(one) == PathText.plain(two)
        case (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
            guard let one = left.decimal?.trimmed, let two = right.decimal?.trimmed else { return false }
            let places = min(one.places, two.places)
            return one.rounded(to: places) == two.rounded(to: places)
        case (.moment(let one), .moment(let two)): return one.order(two) == 0
        case (.quantity(let one), _): return quantity(right).map(one.isAlike) ?? false
        case (_, .quantity(let two)): return quantity(left).map(two.isAlike) ?? false
        case (.element(let one), .element(let two)): return try isSame(one, two, isLoose: true)
        default: return try equal(left, right) == true
        }
    }

    /// Elements by all that is below them.
    private func isSame(_ left: PathElement, _ right: PathElement, isLoose: Bool) throws(FHIRPathError) -> Bool {
        if let one = left.node, let two = right.node, one.document === two.document, one.index == two.index {
            return true
        }
        if case .block(let number) = left.type, definitions.isKind(.block(number), of: "Quantity"),
            let one = left.quantity,
            let two = right.quantity, isLoose
        {
            return one.isAlike(two)
        }
        guard let one = left.node, let two = right.node else {
            guard left.node == nil, right.node == nil, let one = left.beside, let two = right.beside else {
                return false
            }
            return try isSame(one, two, isLoose: isLoose)
        }
        return try isSame(one, two, isLoose: isLoose)
    }

    private func isSame(_ left: JSONNode, _ right: JSONNode, isLoose: Bool) throws(FHIRPathError) -> Bool {
        try spend(1)
        guard left.kind == right.kind else { return false }
        switch left.kind {
        case .null: return true
        case .bool: return left.bool == right.bool
        case .string:
            guard let one = left.string, let two = right.string else { return false }
            try spend(one.utf8.count / 16)
            return isLoose ? PathText.plain(one) == PathText.plain(two) : one == two
        case .number:
            guard let one = left.digits, let two = right.digits else { return false }
            guard let first = PathDecimal(one), let second = PathDecimal(two) else { return one == two }
            return first == second
        case .array:
            let one = Array(left.elements)
            let two = Array(right.elements)
            guard one.count == two.count else { return false }
            for (first, second) in zip(one, two) where try !isSame(first, second, isLoose: isLoose) { return false }
            return true
        case .object:
            var count = 0
            for (name, value) in left.members where !(isLoose && name == "id") {
                count += 1
                guard let other = right[name], try isSame(value, other, isLoose: isLoose) else { return false }
            }
            return right.members.reduce(0) { $0 + (isLoose && $1.name == "id" ? 0 : 1) } == count
        }
    }

    // MARK: Sets

    /// A number that is the same for equal values.
    private func key(_ item: PathItem) -> Int {
        var hasher = Hasher()
        switch item.atom {
        case .boolean(let value): hasher.combine(value)
        case .integer(let value): PathDecimal(value).hash(into: &hasher)
        case .decimal(let value): value.hash(into: &hasher)
        case .string(let text): hasher.combine(text)
        case .type(_, let name): hasher.combine(name)
        case .moment(let moment):
            let told = moment.inUTC
            hasher.combine(moment.kind == .time)
            hasher.combine(told.year)
            hasher.combine(told.precision >= .month ? told.month : 0)
            hasher.combine(told.precision >= .day ? told.day : 0)
            hasher.combine(told.precision >= .hour ? told.ofDay : 0)
        // An amount equals others in other units.
        case .quantity: hasher.combine(7)
        case .element(let element):
            if let node = element.node { combine(node, into: &hasher) } else { hasher.combine(9) }
        }
        return hasher.finalize()
    }

    private func combine(_ node: JSONNode, into hasher: inout Hasher) {
        switch node.kind {
        case .null: hasher.combine(0)
        case .bool: hasher.combine(node.bool)
        case .string: hasher.combine(node.string)
        case .number: node.digits.flatMap { PathDecimal($0) }?.hash(into: &hasher)
        case .array: for item in node.elements { combine(item, into: &hasher) }
        case .object:
            // Members in any order.
            var sum = 0
            for (name, value) in node.members {
                var inner = Hasher()
                inner.combine(name)
                combine(value, into: &inner)
                sum &+= inner.finalize()
            }
            hasher.combine(sum)
        }
    }

    /// A collection in which values are looked up by equality.
    struct Known {
        private(set) var items: [PathItem] = []
        fileprivate var places: [Int: [Int]] = [:]

        fileprivate mutating func add(_ item: PathItem, _ key: Int) {
            places[key, default: []].append(items.count)
            items.append(item)
        }
    }

    func known(_ items: [PathItem]) throws(FHIRPathError) -> Known {
        var known = Known()
        for item in items { try add(item, to: &known) }
        return known
    }

    /// Adds what is not in it yet; whether it was new.
    @discardableResult
    func add(_ item: PathItem, to known: inout Known) throws(FHIRPathError) -> Bool {
        let key = key(item)
        try spend(1)
        guard try !contains(item, key, in: known) else { return false }
        known.add(item, key)
        try hold(items: known.items.count)
        return true
    }

    func contains(_ item: PathItem, in known: Known) throws(FHIRPathError) -> Bool {
        try contains(item, key(item), in: known)
    }

    private func contains(_ item: PathItem, _ key: Int, in known: Known) throws(FHIRPathError) -> Bool {
        for place in known.places[key] ?? [] where try equal(item, known.items[place]) == true { return true }
        return false
    }
}
