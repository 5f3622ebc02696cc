import FHIR

/// Brings what another system has newly said into a record that others may have changed too.
enum MergeMembers {
    /// Members that nobody else touched become what the system says now. A list keeps what others added to it. A single
    /// value that somebody changed by hand stays, until the system itself says something else.
    /// - Parameters:
    ///   - before: what the system had said until now, member by member.
    ///   - after: what it says now.
    ///   - standing: the record as it is on file.
    /// - Returns: the record as it is to be.
    static func merge(_ before: JSON, _ after: JSON, onto standing: JSON) -> JSON {
        var result = standing
        for name in Set(before.names + after.names).sorted() where name != "resourceType" && name != "id" {
            let (old, new) = (before[name], after[name])
            guard old != new else {
                continue
            }
            // Another way to write the name is no other name.
            if old == nil, standing[name] != nil, firstWord.contains(name) {
                continue
            }
            result[name] = merged(old, new, onto: standing[name])
        }
        return result
    }

    /// Lists of which what is on file stays when a system is heard for the first time.
    private static let firstWord: Set<String> = ["name", "communication"]

    private static func merged(_ old: JSON?, _ new: JSON?, onto own: JSON?) -> JSON? {
        guard let own, own != old else {
            return new
        }
        if case .array(let values) = own {
            let gone = (old?.array ?? []).filter { !(new?.array ?? []).contains($0) }
            var left = values.filter { !gone.contains($0) }
            for value in new?.array ?? [] where !left.contains(value) {
                left.append(value)
            }
            return left.isEmpty ? nil : .array(left)
        }
        if case .object = own, case .object = new ?? [:] {
            let joined = merge(old ?? [:], new ?? [:], onto: own)
            return joined.names.isEmpty ? nil : joined
        }
        // The first that is heard of it does not overrule what is on file.
        return old == nil ? own : new
    }
}

extension JSON {
    /// The names of an object's members, in their order.
    var names: [String] {
        if case .object(let members) = self { members.map(\.name) } else { [] }
    }
}
