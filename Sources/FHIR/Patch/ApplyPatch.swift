extension JSONPatch {
    /// Applies the operations in their order (RFC 6902 §5). The value stays as it was when one of them fails.
    /// - Parameter value: what is changed; the original is not touched.
    /// - Returns: the changed value. Digits and the order of members that no operation names are kept.
    /// - Throws: ``JSONPatchError`` with the position of the operation that could not be done.
    package func apply(to value: JSON) throws(JSONPatchError) -> JSON {
        var value = value
        var bench = Bench()
        for (position, operation) in operations.enumerated() {
            bench.position = position
            try bench.apply(operation, to: &value)
        }
        return value
    }

    /// Where the work is done, and what it has cost so far.
    ///
    /// Members looked at, elements shifted and values copied or compared all count, so that a small patch cannot keep
    /// the server busy: neither by `copy` that doubles a value each time nor by many operations on a long list.
    private struct Bench {
        static let mostWork = 5_000_000
        /// Bytes that `copy` may add in all.
        static let mostCopied = 8_388_608

        var position = 0
        private var work = 0
        private var copied = 0

        mutating func apply(_ operation: Operation, to value: inout JSON) throws(JSONPatchError) {
            let path = operation.path.steps[...]
            switch operation.action {
            case .add(let new):
                try measure(new, below: path.count)
                try edit(&value, path, .add(new))
            case .replace(let new):
                try measure(new, below: path.count)
                try edit(&value, path, .replace(new))
            case .remove: try edit(&value, path, .remove)
            case .move(let from):
                let found = try find(from, in: value)
                if from == operation.path { return }
                guard !from.holds(operation.path) else {
                    throw inapplicable("a value cannot be moved into itself")
                }
                try measure(found, below: path.count)
                try edit(&value, from.steps[...], .remove)
                try edit(&value, path, .add(found))
            case .copy(let from):
                let found = try find(from, in: value)
                let bytes = try measure(found, below: path.count)
                copied += bytes
                guard copied <= Self.mostCopied else {
                    throw JSONPatchError(.tooCostly, operation: position, "the patch copies too much")
                }
                try edit(&value, path, .add(found))
            case .test(let wanted):
                let found = try find(operation.path, in: value)
                // Objects are compared member by member, whatever their order.
                guard try isSame(found, wanted) else {
                    throw JSONPatchError(.failedTest, operation: position, "the value is another one")
                }
            }
        }

        private func inapplicable(_ reason: String) -> JSONPatchError {
            JSONPatchError(.inapplicable, operation: position, reason)
        }

        private mutating func spend(_ amount: Int) throws(JSONPatchError) {
            work += amount
            guard work <= Self.mostWork else {
                throw JSONPatchError(.tooCostly, operation: position, "the patch asks for too much work")
            }
        }

        private mutating func find(_ pointer: JSONPointer, in value: JSON) throws(JSONPatchError) -> JSON {
            var place = value
            for step in pointer.steps {
                switch place {
                case .object(let members):
                    try spend(members.count)
                    guard let member = members.first(where: { $0.name.utf8.elementsEqual(step.utf8) }) else {
                        throw inapplicable("nothing stands at its path")
                    }
                    place = member.value
                case .array(let elements):
                    guard let index = JSONPointer.position(step), elements.indices.contains(index) else {
                        throw inapplicable("nothing stands at its path")
                    }
                    place = elements[index]
                default: throw inapplicable("nothing stands at its path")
                }
            }
            return place
        }

        private enum Edit {
            case add(JSON)
            case replace(JSON)
            case remove
        }

        /// Changes what stands at the end of the steps; a place that it failed in is not used again.
        private mutating func edit(
            _ place: inout JSON, _ steps: ArraySlice<String>, _ edit: Edit
        ) throws(JSONPatchError) {
            guard let step = steps.first else {
                switch edit {
                case .add(let new), .replace(let new): place = new
                case .remove: throw inapplicable("the whole value cannot be removed")
                }
                return
            }
            let isLast = steps.count == 1
            switch place {
            case .object(var members):
                try spend(members.count)
                let index = members.firstIndex { $0.name.utf8.elementsEqual(step.utf8) }
                // Without a second owner the members are changed where they are.
                place = .null
                switch (index, isLast, edit) {
                case (let index?, false, _): try self.edit(&members[index].value, steps.dropFirst(), edit)
                case (let index?, true, .remove): members.remove(at: index)
                case (let index?, true, .add(let new)), (let index?, true, .replace(let new)):
                    members[index].value = new
                case (nil, true, .add(let new)): members.append(JSONMember(name: step, value: new))
                case (nil, _, _): throw inapplicable("nothing stands at its path")
                }
                place = .object(members)
            case .array(var elements):
                let index = step == "-" ? elements.count : JSONPointer.position(step)
                guard let index, index < elements.count || (isLast && index == elements.count) else {
                    throw inapplicable("there is no such position in the list")
                }
                place = .null
                switch (isLast, edit) {
                case (true, .add(let new)):
                    try spend(elements.count - index)
                    elements.insert(new, at: index)
                case (_, _) where index == elements.count: throw inapplicable("nothing stands at its path")
                case (false, _): try self.edit(&elements[index], steps.dropFirst(), edit)
                case (true, .replace(let new)): elements[index] = new
                case (true, .remove):
                    try spend(elements.count - index)
                    elements.remove(at: index)
                }
                place = .array(elements)
            default: throw inapplicable("nothing stands at its path")
            }
        }

        /// The bytes of a value, about; refuses one that would nest too deeply at its new place.
        @discardableResult
        private mutating func measure(_ value: JSON, below depth: Int) throws(JSONPatchError) -> Int {
            guard depth < JSONDocument.maxDepth else { throw inapplicable("the value would be nested too deeply") }
            try spend(1)
            var bytes = 2
            switch value {
            case .object(let members):
                for member in members {
                    bytes += member.name.utf8.count + 4 + (try measure(member.value, below: depth + 1))
                }
            case .array(let elements):
                for element in elements { bytes += 1 + (try measure(element, below: depth + 1)) }
            case .string(let text), .number(let text): bytes += text.utf8.count
            case .bool, .null: break
            }
            return bytes
        }

        /// RFC 6902 §4.6: numbers by their value, text by its characters, objects whatever their order.
        private mutating func isSame(_ one: JSON, _ other: JSON) throws(JSONPatchError) -> Bool {
            try spend(1)
            switch (one, other) {
            case (.null, .null): return true
            case (.bool(let one), .bool(let other)): return one == other
            case (.string(let one), .string(let other)): return one.utf8.elementsEqual(other.utf8)
            case (.number(let one), .number(let other)): return DecimalText(one) == DecimalText(other)
            case (.array(let one), .array(let other)):
                guard one.count == other.count else { return false }
                for (one, other) in zip(one, other) where try !isSame(one, other) { return false }
                return true
            case (.object(let one), .object(let other)):
                guard one.count == other.count else { return false }
                for member in one {
                    try spend(other.count)
                    guard let beside = other.first(where: { $0.name.utf8.elementsEqual(member.name.utf8) }),
                        try isSame(member.value, beside.value)
                    else { return false }
                }
                return true
            default: return false
            }
        }
    }
}
