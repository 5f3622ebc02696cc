/// A part of a message: a field, one of its repetitions, a component or a subcomponent. Nothing is taken apart before it
/// is asked for, and asking for what is not there gives an empty part.
package struct HL7Value: Sendable {
    enum Level: Sendable {
        case field
        case repetition
        case component
        case subcomponent
    }

    let bytes: ArraySlice<UInt8>
    let delimiters: HL7Delimiters
    let level: Level

    /// More repetitions of a field than this are not looked at.
    static let mostRepetitions = 200

    /// The repetitions of a field, the empty ones too.
    package var repetitions: [HL7Value] {
        guard level == .field else { return [self] }
        let parts = bytes.split(
            separator: delimiters.repetition, maxSplits: Self.mostRepetitions, omittingEmptySubsequences: false)
        return parts.prefix(Self.mostRepetitions).map {
            HL7Value(bytes: $0, delimiters: delimiters, level: .repetition)
        }
    }

    /// A component by its number from 1; of a field, that of its first repetition.
    package func component(_ number: Int) -> HL7Value {
        switch level {
        case .field: first(delimiters.repetition, .repetition).component(number)
        case .repetition: part(number, between: delimiters.component, .component)
        case .component, .subcomponent: number == 1 ? self : empty
        }
    }

    /// A subcomponent by its number from 1, of the first component where this is more.
    package func subcomponent(_ number: Int) -> HL7Value {
        switch level {
        case .field, .repetition: component(1).subcomponent(number)
        case .component: part(number, between: delimiters.subcomponent, .subcomponent)
        case .subcomponent: number == 1 ? self : empty
        }
    }

    /// The text of the first subcomponent of the first component; nil when there is none or it is deleted.
    package var text: String? {
        let leaf = subcomponent(1).bytes
        guard !leaf.isEmpty, !Self.isQuotes(leaf) else { return nil }
        let text = HL7Escapes.text(leaf, delimiters)
        return text.isEmpty ? nil : text
    }

    /// The text of a component, nil when there is none.
    package func text(_ component: Int) -> String? { self.component(component).text }

    /// Whether nothing stands here, which means "no change".
    package var isEmpty: Bool {
        bytes.allSatisfy {
            $0 == 32 || $0 == delimiters.component || $0 == delimiters.subcomponent || $0 == delimiters.repetition
        }
    }

    /// Whether two quotation marks and nothing else stand here, which means "delete".
    package var isDeleted: Bool {
        let parts = bytes.split {
            $0 == 32 || $0 == delimiters.component || $0 == delimiters.subcomponent || $0 == delimiters.repetition
        }
        return !parts.isEmpty && parts.allSatisfy(Self.isQuotes)
    }

    private static func isQuotes(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count == 2 && bytes.allSatisfy { $0 == UInt8(ascii: "\"") }
    }

    private var empty: HL7Value { HL7Value(bytes: [], delimiters: delimiters, level: .subcomponent) }

    private func first(_ separator: UInt8, _ level: Level) -> HL7Value {
        HL7Value(bytes: bytes.prefix { $0 != separator }, delimiters: delimiters, level: level)
    }

    private func part(_ number: Int, between separator: UInt8, _ level: Level) -> HL7Value {
        guard let found = bytes.part(number, between: separator) else { return empty }
        return HL7Value(bytes: found, delimiters: delimiters, level: level)
    }
}

extension ArraySlice<UInt8> {
    /// The part of that number, from 1, between separators; nil when there are fewer.
    func part(_ number: Int, between separator: UInt8) -> ArraySlice<UInt8>? {
        guard number >= 1 else { return nil }
        var (start, left) = (startIndex, number)
        while true {
            let end = self[start...].firstIndex(of: separator) ?? endIndex
            left -= 1
            if left == 0 { return self[start..<end] }
            guard end < endIndex else { return nil }
            start = end + 1
        }
    }
}
