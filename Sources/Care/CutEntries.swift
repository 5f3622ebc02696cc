import Content

/// A content file without entries of lists that are known to be wrong, so that what is wrong in the others is found: readers
/// stop at the first fault. Lines keep their numbers, for what is taken out leaves empty lines.
struct CutEntries {
    private(set) var bytes: [UInt8]
    /// By list, such as `goals`: which entries are out, counted as in the file.
    private var cut: [String: Set<Int>] = [:]
    /// What the entries that are out were called.
    private var names: Set<String> = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A place such as `goals[1].measure`, as it was before anything was taken out.
    func original(_ place: String) -> String {
        guard let (list, index, rest) = Self.entry(of: place) else {
            return place
        }
        return "\(list)[\(counted(index, in: list))]\(rest)"
    }

    /// Whether what is wrong at a place may follow from what was taken out: it names such an entry, or stands at the list that
    /// is now shorter.
    func follows(_ place: String, _ problem: String) -> Bool {
        let words = Set(problem.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init))
        return Self.entry(of: place) == nil || !words.isDisjoint(with: names)
    }

    /// Takes out the outermost entry of a list in which a place is.
    /// - Returns: nil when it is in none, or in one that is written on one line with others.
    func without(_ place: String) -> CutEntries? {
        guard let (list, index, _) = Self.entry(of: place),
            let first = YAML.line(of: "\(list)[\(index)]", in: bytes)
        else {
            return nil
        }
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        let start = first - 1
        guard lines.indices.contains(start) else {
            return nil
        }
        let indent = Self.indent(lines[start])
        guard lines[start].dropFirst(indent).hasPrefix("- ") else {
            return nil
        }
        let rest = lines[(start + 1)...]
        let end = rest.firstIndex { !$0.allSatisfy(\.isWhitespace) && Self.indent($0) <= indent } ?? lines.endIndex
        var other = self
        for line in start..<end {
            for key in ["id: ", "name: ", "code: ", "key: "] where lines[line].contains(key) {
                other.names.insert(Self.value(of: key, in: lines[line]))
            }
            lines[line] = ""
        }
        other.names.remove("")
        other.cut[list, default: []].insert(counted(index, in: list))
        other.bytes = Array(lines.joined(separator: "\n").utf8)
        return other
    }

    /// The number of an entry in the file as it was.
    private func counted(_ index: Int, in list: String) -> Int {
        (cut[list] ?? []).sorted().reduce(index) { $1 <= $0 ? $0 + 1 : $0 }
    }

    /// What stands behind a key, up to the end of the word.
    private static func value(of key: String, in line: String) -> String {
        guard let place = line.firstRange(of: key) else {
            return ""
        }
        return String(line[place.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" })
    }

    private static func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }

    /// `goals[1].measure` is `goals`, 1 and `.measure`.
    private static func entry(of place: String) -> (list: String, index: Int, rest: String)? {
        guard let open = place.firstIndex(of: "["), let close = place[open...].firstIndex(of: "]"),
            let index = Int(place[place.index(after: open)..<close])
        else {
            return nil
        }
        return (String(place[..<open]), index, String(place[close...].dropFirst()))
    }
}
