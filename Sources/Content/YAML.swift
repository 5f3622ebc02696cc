import Yams

/// A YAML value as content files use it: mappings in the order written, sequences and scalars.
/// Scalars stay text: who reads a field says whether it is a number, so `2026-01-01` and `44250-9` are never guessed at.
package indirect enum YAMLValue: Sendable, Equatable {
    /// A mapping, its members in the order in which they stand in the file.
    case mapping([(key: String, value: YAMLValue)])
    /// A list of values.
    case sequence([YAMLValue])
    /// A text; `plain` when it was written without quotes, which is what makes `~` or nothing mean "empty".
    case scalar(String, plain: Bool)

    package static func == (left: YAMLValue, right: YAMLValue) -> Bool {
        switch (left, right) {
        case (.scalar(let a, _), .scalar(let b, _)): a == b
        case (.sequence(let a), .sequence(let b)): a == b
        case (.mapping(let a), .mapping(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }
}

/// Why a YAML text could not be read, with the line where it is known (from 1).
package struct YAMLError: Error, Equatable, CustomStringConvertible {
    /// The line at which reading stopped.
    package let line: Int?
    /// What is wrong, in plain words.
    package let problem: String

    /// A problem, at a line where that is known.
    package init(line: Int?, problem: String) {
        self.line = line
        self.problem = problem
    }

    package var description: String {
        guard let line else { return problem }
        return "line \(line): \(problem)"
    }
}

/// Reading YAML 1.1 content files.
package enum YAML {
    /// More than any content file needs; a file of nested aliases would otherwise fill the memory.
    static let mostNodes = 200_000
    static let mostBytes = 4_000_000
    static let deepest = 64

    /// Reads one YAML document.
    /// - Parameter bytes: UTF-8 text.
    /// - Returns: the value; an empty file is an empty mapping.
    /// - Throws: `YAMLError` for invalid UTF-8, invalid YAML, a key written twice, or a file too large or too deep.
    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLValue {
        guard bytes.count <= mostBytes else { throw YAMLError(line: nil, problem: "the file is too large") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw YAMLError(line: nil, problem: "the file is not UTF-8 text")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw told(error)
        }
        guard let root else { return .mapping([]) }
        var left = mostNodes
        return try value(root, depth: 0, left: &left)
    }

    /// The line, from 1, at which a place of a ``ContentField`` stands, or the nearest place around it that is there.
    /// - Parameters:
    ///   - place: such as `entry.all[2].path`.
    ///   - bytes: the YAML text.
    /// - Returns: nil when the text cannot be read.
    package static func line(of place: String, in bytes: [UInt8]) -> Int? {
        guard bytes.count <= mostBytes, let text = String(validating: bytes, as: UTF8.self),
            var node = try? Yams.compose(yaml: text)
        else { return nil }
        var line = node.mark?.line
        for step in place.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }) {
            switch node {
            case .mapping(let mapping):
                let name = String(step)
                guard let (key, value) = mapping.first(where: { $0.key.scalar?.string == name }) else { return line }
                line = key.mark?.line ?? line
                node = value
            case .sequence(let sequence):
                guard let index = Int(step), index >= 0, index < sequence.count else { return line }
                node = sequence[index]
                line = node.mark?.line ?? line
            default: return line
            }
        }
        return line
    }

    private static func value(_ node: Node, depth: Int, left: inout Int) throws(YAMLError) -> YAMLValue {
        left -= 1
        guard left > 0, depth < deepest else {
            throw YAMLError(line: node.mark?.line, problem: "the file is too large or nested too deep")
        }
        switch node {
        case .scalar(let scalar):
            return .scalar(scalar.string, plain: scalar.style == .plain || scalar.style == .any)
        case .sequence(let sequence):
            var values: [YAMLValue] = []
            for child in sequence { values.append(try value(child, depth: depth + 1, left: &left)) }
            return .sequence(values)
        case .mapping(let mapping):
            var members: [(key: String, value: YAMLValue)] = []
            for (key, child) in mapping {
                guard case .scalar(let name) = key else {
                    throw YAMLError(line: key.mark?.line, problem: "a key is not a plain text")
                }
                members.append((name.string, try value(child, depth: depth + 1, left: &left)))
            }
            return .mapping(members)
        case .alias:
            throw YAMLError(line: node.mark?.line, problem: "aliases are not used in content files")
        }
    }

    private static func told(_ error: any Error) -> YAMLError {
        guard let error = error as? YamlError else { return YAMLError(line: nil, problem: "the file is not YAML") }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return YAMLError(line: mark.line, problem: problem)
        case .duplicatedKeysInMapping(let names, _):
            return YAMLError(line: nil, problem: "written twice: \(names.joined(separator: ", "))")
        default:
            return YAMLError(line: nil, problem: "the file is not YAML")
        }
    }
}
