/// What one diagnosis means to every model, found once so that scoring a person is a few machine words a code.
struct CodeClass: Hashable, Sendable {
    var charlson: UInt32 = 0
    var elixhauser: UInt32 = 0
    /// The place of its frailty code plus one; 0 when it has none.
    var frailty: UInt8 = 0
    var chronic = false
    /// The place of its age or sex edit plus one; 0 when none may apply.
    var editV24: UInt8 = 0
    var editV28: UInt8 = 0
    var v24 = CategorySet()
    var v28 = CategorySet()
}

/// Turns diagnosis codes into small numbers and numbers into what the models need.
///
/// Codes that mean the same to every model share a number, so the table stays small and in cache. It never changes
/// after loading: codes that no table names are placed by their longest known prefix.
package struct CodeBook: Sendable {
    /// The number of a code. Good only with the book that gave it, and not to be stored.
    package struct ID: Hashable, Sendable, Comparable {
        let place: Int32

        package static func < (left: Self, right: Self) -> Bool { left.place < right.place }
    }

    let classes: [CodeClass]
    private let exact: [DiagnosisCode: ID]
    private let prefixes: [DiagnosisCode: ID]

    /// The number of a diagnosis. Codes that no model knows get the number of "nothing".
    package func id(_ code: DiagnosisCode) -> ID {
        if let known = exact[code] { return known }
        for length in stride(from: code.length, to: 0, by: -1) {
            if let known = prefixes[code.prefix(length)] { return known }
        }
        return ID(place: 0)
    }

    func meaning(_ id: ID) -> CodeClass {
        let place = Int(id.place)
        return classes.indices.contains(place) ? classes[place] : CodeClass()
    }

    func meaning(_ code: DiagnosisCode) -> CodeClass { meaning(id(code)) }
}

extension CodeBook {
    /// What the tables say of a prefix or of an exact code, before it is put together.
    struct Draft {
        struct Mark {
            var charlson: UInt32 = 0
            var elixhauser: UInt32 = 0
            var frailty: UInt8 = 0
            /// Nil: as the shorter prefix says.
            var chronic: Bool?
        }

        struct Mapped {
            var v24 = CategorySet()
            var v28 = CategorySet()
            var editV24: UInt8 = 0
            var editV28: UInt8 = 0
        }

        var prefixes: [DiagnosisCode: Mark] = [:]
        var exact: [DiagnosisCode: Mapped] = [:]
    }

    init(_ draft: Draft) {
        var classes = [CodeClass()]
        var numbers = [CodeClass(): ID(place: 0)]
        func number(_ meaning: CodeClass) -> ID {
            if let known = numbers[meaning] { return known }
            let id = ID(place: Int32(classes.count))
            classes.append(meaning)
            numbers[meaning] = id
            return id
        }

        var settled: [DiagnosisCode: CodeClass] = [:]
        settled.reserveCapacity(draft.prefixes.count)
        func nearest(_ code: DiagnosisCode, from length: Int) -> CodeClass {
            for length in stride(from: length, to: 0, by: -1) {
                if let known = settled[code.prefix(length)] { return known }
            }
            return CodeClass()
        }

        for (prefix, mark) in draft.prefixes.sorted(by: {
            ($0.key.length, $0.key.packed) < ($1.key.length, $1.key.packed)
        }) {
            var meaning = nearest(prefix, from: prefix.length - 1)
            meaning.charlson |= mark.charlson
            meaning.elixhauser |= mark.elixhauser
            if mark.frailty > 0 { meaning.frailty = mark.frailty }
            if let chronic = mark.chronic { meaning.chronic = chronic }
            settled[prefix] = meaning
        }
        var exact: [DiagnosisCode: ID] = [:]
        exact.reserveCapacity(draft.exact.count)
        for (code, mapped) in draft.exact.sorted(by: { $0.key.packed < $1.key.packed }) {
            var meaning = nearest(code, from: code.length)
            meaning.v24 = mapped.v24
            meaning.v28 = mapped.v28
            meaning.editV24 = mapped.editV24
            meaning.editV28 = mapped.editV28
            exact[code] = number(meaning)
        }
        var prefixes: [DiagnosisCode: ID] = [:]
        prefixes.reserveCapacity(settled.count)
        for (prefix, meaning) in settled.sorted(by: { $0.key.packed < $1.key.packed }) {
            prefixes[prefix] = number(meaning)
        }
        self.classes = classes
        self.exact = exact
        self.prefixes = prefixes
    }
}
