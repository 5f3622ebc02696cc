/// The elements of one resource type that stay out of what somebody is shown, as paths of one or two steps: `telecom`,
/// `contact.name`, `value[x]`. They are no way to find a record either.
package struct ClosedElements: Sendable, Hashable {
    package let paths: Set<String>
    private let steps: [[Step]]

    package static let none = ClosedElements([])

    package init(_ paths: Set<String>) {
        // A part of what is closed as a whole says nothing more.
        let paths = paths.filter { path in
            path.split(separator: ".").dropLast().first.map { !paths.contains(String($0)) } ?? true
        }
        self.paths = paths
        steps = paths.sorted().map { $0.split(separator: ".").map { Step(String($0)) } }
    }

    package var isEmpty: Bool { paths.isEmpty }

    package static func == (left: ClosedElements, right: ClosedElements) -> Bool { left.paths == right.paths }

    package func hash(into hasher: inout Hasher) { hasher.combine(paths) }

    /// One name of a path; a choice (`value[x]`) stands for `valueQuantity` and its like in JSON.
    private struct Step: Sendable {
        let name: String
        let isChoice: Bool

        init(_ text: String) {
            isChoice = text.hasSuffix("[x]")
            name = isChoice ? String(text.dropLast(3)) : text
        }

        func fits(_ member: some StringProtocol) -> Bool {
            guard isChoice else {
                return member == name
            }
            guard member.hasPrefix(name) else {
                return false
            }
            return member.dropFirst(name.count).first?.isUppercase ?? true
        }
    }

    /// Whether a member of the resource is closed as a whole; also what stands beside a primitive value (`_birthDate`).
    package func closes(_ member: String) -> Bool {
        let member = Self.plain(member)
        return steps.contains { $0.count == 1 && $0[0].fits(member) }
    }

    /// Whether a member of a member is closed.
    package func closes(_ member: String, in outer: String) -> Bool {
        let (member, outer) = (Self.plain(member), Self.plain(outer))
        return steps.contains { $0.count == 2 && $0[0].fits(outer) && $0[1].fits(member) }
    }

    /// Whether a member is open but for parts of it.
    package func closesSome(in member: String) -> Bool {
        let member = Self.plain(member)
        return steps.contains { $0.count == 2 && $0[0].fits(member) }
    }

    /// Whether what reads this path, in the names of JSON, reads something closed: an element, a part of it, or the whole
    /// around it. An empty path reads everything.
    package func touches(_ path: [String]) -> Bool {
        steps.contains { closed in zip(closed, path).allSatisfy { $0.fits($1) } }
    }

    /// What both close: of a record that two rules open, that stays out which neither shows.
    package func both(_ other: ClosedElements) -> ClosedElements {
        guard paths != other.paths else {
            return self
        }
        return ClosedElements(paths.filter(other.covers).union(other.paths.filter(covers)))
    }

    /// Whether this closes an element whole, by itself or with what is around it.
    private func covers(_ path: String) -> Bool {
        paths.contains(path) || path.split(separator: ".").first.map { paths.contains(String($0)) } ?? false
    }

    /// Whether the other closes all of these too.
    package func isWithin(_ other: ClosedElements) -> Bool { paths.allSatisfy(other.covers) }

    private static func plain(_ member: String) -> Substring {
        member.hasPrefix("_") ? member.dropFirst() : member[...]
    }
}
