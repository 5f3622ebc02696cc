import Access
package import Content
package import FHIR

/// Looks through a site's own content folder and says all that keeps it from being used, each with file, line and reason: the
/// checks are those of the start. Of each file the first fault is told, and the first in each other entry of its lists; what only
/// follows from another fault is not.
package struct CheckContent: Sendable {
    package struct Fault: Sendable, Equatable, CustomStringConvertible {
        package let file: String
        package let line: Int?
        package let problem: String

        /// As an editor of text takes it: `programs/our-care.yaml:12: entry.all[0].path: what is wrong`.
        /// Where in the file, such as `goals[1].measure`; nil when the problem does not begin with it.
        var place: String? {
            let place = problem.prefix { $0 != ":" }
            return place.count < problem.count && !place.contains(" ") ? String(place) : nil
        }

        package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
    }

    package struct Report: Sendable, Equatable {
        /// Files that stand beside what comes with the program.
        package var added: [String] = []
        /// Files that stand instead of one of the program's.
        package var replaced: [String] = []
        package var faults: [Fault] = []
    }

    private let content: Content
    private let definitions: Definitions?

    /// - Parameters:
    ///   - content: with the folder of the site.
    ///   - definitions: FHIR's types; nil: read from the content.
    package init(_ content: Content, definitions: Definitions? = nil) {
        self.content = content
        self.definitions = definitions
    }

    /// Reads all of it, and again without each file that is wrong, until nothing is.
    package func run() -> Report {
        let own = content.own
        var report = Report()
        var hidden: Set<String> = []
        for name in own {
            if Content.isShipped(name) {
                report.replaced.append(name)
            } else if Self.isRead(name) {
                report.added.append(name)
            } else {
                report.faults.append(
                    Fault(file: name, line: nil, problem: "nothing reads a file of this name: see docs/site-content.md")
                )
            }
        }
        // Each round hides at least one file more.
        for _ in 0...own.count {
            guard let fault = fault(without: hidden) else {
                break
            }
            if !Self.follows(fault, from: hidden) {
                report.faults.append(fault)
                report.faults += further(fault, without: hidden)
            }
            let more = Self.together(fault.file).intersection(own).subtracting(hidden)
            guard !more.isEmpty else {
                break
            }
            hidden.formUnion(more)
        }
        report.faults.sort { ($0.file, $0.line ?? 0) < ($1.file, $1.line ?? 0) }
        return report
    }

    /// So many faults of one file are told.
    private static let most = 20

    /// What else is wrong in the same file, each entry looked at without those that are wrong.
    private func further(_ first: Fault, without hidden: Set<String>) -> [Fault] {
        guard first.file.hasSuffix(".yaml"), let bytes = content.file(first.file) else {
            return []
        }
        var (found, last, cut): ([Fault], Fault, CutEntries) = ([], first, CutEntries(bytes))
        while found.count < Self.most, let place = last.place, let less = cut.without(place) {
            cut = less
            let content = content.hiding(hidden).changing(first.file, to: cut.bytes)
            guard let next = fault(in: content), next.file == first.file, let there = next.place,
                !cut.follows(there, next.problem)
            else {
                break
            }
            let problem = cut.original(there) + next.problem.dropFirst(there.count)
            found.append(Fault(file: next.file, line: next.line, problem: problem))
            last = next
        }
        return found
    }

    private func fault(without hidden: Set<String>) -> Fault? { fault(in: content.hiding(hidden)) }

    private func fault(in content: Content) -> Fault? {
        do {
            let care = try CareContent(content: content, definitions: definitions)
            let problems = try Policy(content: content).problems(definitions: care.definitions)
            return problems.isEmpty ? nil : Fault(file: "roles", line: nil, problem: problems.joined(separator: " "))
        } catch let fault as any FileFault {
            return located(fault, in: content)
        } catch {
            return Fault(file: "the folder", line: nil, problem: "\(error)")
        }
    }

    /// The line stands at the head of some problems; of others it is looked up by the place that they name.
    private func located(_ fault: any FileFault, in content: Content) -> Fault {
        var words = Substring(fault.problem)
        if words.hasPrefix("line "), let colon = words.firstIndex(of: ":"),
            let line = Int(words[..<colon].dropFirst("line ".count))
        {
            words = words[colon...].dropFirst().drop { $0 == " " }
            return Fault(file: fault.file, line: line, problem: String(words))
        }
        let place = words.prefix { $0 != ":" }
        guard place.count < words.count, !place.contains(" "), fault.file.hasSuffix(".yaml"),
            let bytes = content.file(fault.file)
        else {
            return Fault(file: fault.file, line: nil, problem: fault.problem)
        }
        return Fault(file: fault.file, line: YAML.line(of: String(place), in: bytes), problem: fault.problem)
    }

    /// Whether a fault says no more than that something is not there which a file that is wrong would have brought.
    private static func follows(_ fault: Fault, from hidden: Set<String>) -> Bool {
        let words = fault.problem.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init)
        return hidden.contains { words.contains(stem($0)) }
    }

    private static func stem(_ file: String) -> String {
        let name = file.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." && $0 != "@" })
    }

    /// A form and its rules are read together.
    private static func together(_ file: String) -> Set<String> {
        guard file.hasPrefix("instruments/") else {
            return [file]
        }
        return [file, "instruments/\(stem(file)).json", "instruments/\(stem(file)).yaml"]
    }

    /// Whether a file of this name is read though none of its name comes with the program.
    private static func isRead(_ name: String) -> Bool {
        let parts = name.split(separator: "/")
        guard parts.count >= 2, let folder = parts.first, let file = parts.last else {
            return false
        }
        return switch folder {
        case "instruments": file.hasSuffix(".json") || file.hasSuffix(".yaml")
        case "programs", "plans", "education", "review", "outreach", "roles": file.hasSuffix(".yaml")
        case "conflicts": file == "medicines-licensed.yaml"
        case "medicines": file == "names-licensed.csv"
        case "design", "vendor", "pages": true
        default: false
        }
    }
}
