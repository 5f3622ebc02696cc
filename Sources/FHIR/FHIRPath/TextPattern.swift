/// A regular expression that is matched in time linear in the text, whatever the two are.
///
/// The subset that FHIR's own rules use: characters, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `* + ? {m,n}`
/// also lazy, `^ $ \b`. A pattern becomes a small program whose threads advance together, one character at a time
/// (Thompson; R. Cox, "Regular Expression Matching Can Be Simple And Fast"). Back references and looking around cannot be
/// done so, and are refused. `.` stands for line breaks too (N1 §5.6.10).
struct TextPattern: Sendable {
    enum Instruction: Sendable {
        case one(CharacterSet)
        /// Both ways, the first preferred.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case start, end, edge, noEdge
        case match
    }

    /// Characters by ranges of scalars.
    struct CharacterSet: Sendable {
        var ranges: [ClosedRange<UInt32>]
        var isNegated = false

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(scalar.value) } != isNegated
        }
    }

    /// Instructions; every character of a text is looked at by at most so many threads.
    static let longest = 6_000

    let program: [Instruction]
    let groupCount: Int
    let groupNames: [String: Int]

    var isEmpty: Bool { program.count == 1 }

    /// - Throws: that the pattern is wrong, uses what cannot be matched in linear time, or is too large.
    init(_ pattern: String) throws(FHIRPathError) {
        var compiler = TextPatternCompiler(pattern)
        try compiler.compile()
        program = compiler.program
        groupCount = compiler.groupCount
        groupNames = compiler.groupNames
    }

    /// Whether it matches somewhere in a text, or all of it.
    /// The work of each step is told to `spend`, which throws when it is too much.
    func matches(
        _ text: [Unicode.Scalar], whole: Bool, spend: (Int) throws(FHIRPathError) -> Void
    ) throws(FHIRPathError) -> Bool {
        try find(text, from: 0, whole: whole, capturing: false, spend: spend) != nil
    }

    /// The first match at or behind a place: the places where it and its groups begin and end, -1 for groups without one.
    func find(
        _ text: [Unicode.Scalar], from start: Int, whole: Bool = false, capturing: Bool = true,
        spend: (Int) throws(FHIRPathError) -> Void
    ) throws(FHIRPathError) -> [Int]? {
        let width = capturing ? (groupCount + 1) * 2 : 0
        var current = Threads(size: program.count)
        var next = Threads(size: program.count)
        var found: [Int]?
        var position = start
        while true {
            if found == nil, position == start || !whole {
                var groups = [Int](repeating: -1, count: width)
                if capturing { groups[0] = position }
                add(0, groups, to: &current, text, position)
            }
            if current.list.isEmpty { break }
            try spend(1 + current.list.count / 4)
            let scalar = position < text.count ? text[position] : nil
            for thread in current.list {
                switch program[thread.place] {
                case .one(let set):
                    if let scalar, set.contains(scalar) {
                        add(thread.place + 1, thread.groups, to: &next, text, position + 1)
                    }
                case .match:
                    if whole, position < text.count { continue }
                    found = thread.groups
                    if capturing { found?[1] = position }
                default: continue
                }
                // Threads behind the one that matched are less preferred.
                if case .match = program[thread.place], found != nil { break }
            }
            swap(&current, &next)
            next.clear()
            if found != nil, !capturing { break }
            if position >= text.count { break }
            position += 1
        }
        return found
    }

    private struct Threads {
        var list: [(place: Int, groups: [Int])] = []
        var seen: [UInt32]
        var round: UInt32 = 1

        init(size: Int) { seen = [UInt32](repeating: 0, count: size) }

        mutating func clear() {
            list.removeAll(keepingCapacity: true)
            round &+= 1
        }
    }

    /// Follows what takes no character, with a stack of its own: patterns may nest.
    private func add(
        _ place: Int, _ groups: [Int], to threads: inout Threads, _ text: [Unicode.Scalar], _ position: Int
    ) {
        var waiting: [(Int, [Int])] = [(place, groups)]
        while let (place, groups) = waiting.popLast() {
            guard threads.seen[place] != threads.round else { continue }
            threads.seen[place] = threads.round
            switch program[place] {
            case .jump(let target): waiting.append((target, groups))
            case .split(let first, let second):
                waiting.append((second, groups))
                waiting.append((first, groups))
            case .save(let slot):
                var groups = groups
                if groups.indices.contains(slot) { groups[slot] = position }
                waiting.append((place + 1, groups))
            case .start: if position == 0 { waiting.append((place + 1, groups)) }
            case .end: if position == text.count { waiting.append((place + 1, groups)) }
            case .edge: if isEdge(text, position) { waiting.append((place + 1, groups)) }
            case .noEdge: if !isEdge(text, position) { waiting.append((place + 1, groups)) }
            case .one, .match: threads.list.append((place, groups))
            }
        }
    }

    private func isEdge(_ text: [Unicode.Scalar], _ position: Int) -> Bool {
        let before = position > 0 && TextPatternCompiler.word.contains(text[position - 1])
        let after = position < text.count && TextPatternCompiler.word.contains(text[position])
        return before != after
    }
}
