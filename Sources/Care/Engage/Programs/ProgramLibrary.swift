package import Content
package import FHIR

/// Why the programmes cannot be used: which file, and what is wrong with it.
package struct ProgramLibraryFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// All programmes and the words that go with them, loaded and checked when the server starts.
package struct ProgramLibrary: Sendable {
    /// Every programme once, in the order of their titles: of several versions the one that begins last. For names and
    /// choices; who is asked for entry and exit asks for ``effective(on:)``.
    package let programs: [Program]
    /// Every version of every programme, oldest first.
    package let versions: [Program]
    package let reasons: ProgramReasons
    /// The types of resources that entry and exit are worked out from, and the codes of the observations among them; no
    /// codes: all observations.
    package let reads: Set<String>
    private let observed: CodeFilter?
    private let byID: [String: Program]

    static let reasonsFile = "programs/reasons.yaml"
    static let folder = "programs/"

    /// Loads every programme and the reasons.
    ///
    /// A programme stands in `programs/ID.yaml`, versions that follow in `programs/ID@ANYTHING.yaml`. Of one programme no
    /// two versions are in force on the same day.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - files: the files under `programs/`, as `programs/complex-care.yaml`.
    ///   - definitions: FHIR's types, against which criteria are checked.
    /// - Throws: `ProgramLibraryFailure` naming the first file that is wrong and what is wrong with it.
    package init(
        content: (String) -> [UInt8]?, files: [String], definitions: Definitions
    ) throws(ProgramLibraryFailure) {
        var versions: [(file: String, program: Program)] = []
        for file in files.sorted() where file.hasSuffix(".yaml") && file != Self.reasonsFile {
            guard let bytes = content(file) else { throw ProgramLibraryFailure(file: file, problem: "it is not there") }
            versions.append((file, try Self.program(bytes, file: file, definitions: definitions)))
        }
        let root = try Self.read(Self.reasonsFile, "reasons", content(Self.reasonsFile))
        let reasons: ProgramReasons
        do throws(ContentProblem) {
            reasons = try ProgramReasons(root)
        } catch {
            throw ProgramLibraryFailure(file: Self.reasonsFile, problem: error.description)
        }
        try Self.check(versions)
        self.init(versions: versions.map(\.program), reasons: reasons)
    }

    /// Reads one programme.
    /// - Parameters:
    ///   - bytes: the YAML text.
    ///   - file: `programs/ID.yaml` or `programs/ID@ANYTHING.yaml`; nil where it has no file yet.
    ///   - definitions: FHIR's types.
    /// - Returns: the programme.
    /// - Throws: what is wrong with it, and where.
    package static func program(
        _ bytes: [UInt8], file: String?, definitions: Definitions
    ) throws(ProgramLibraryFailure) -> Program {
        let name = file ?? "the programme"
        let root = try read(name, "program", bytes)
        do throws(ContentProblem) {
            var program = try Program(root, definitions: definitions)
            let hash = bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
            program.fingerprint = String(hash, radix: 16)
            let stem = file.map { String($0.dropFirst(folder.count).dropLast(".yaml".count)) } ?? program.id
            guard stem == program.id || stem.hasPrefix(program.id + "@") else {
                throw root["id"].problem("\(program.id) is not the name of the file")
            }
            if let to = program.origin.effectiveTo, to < program.origin.effectiveFrom {
                throw root["effectiveTo"].problem("it ends before it begins")
            }
            return program
        } catch {
            let line = YAML.line(of: error.place, in: bytes).map { "line \($0): " } ?? ""
            throw ProgramLibraryFailure(file: name, problem: line + error.description)
        }
    }

    /// What no file can be asked for by itself.
    private static func check(_ versions: [(file: String, program: Program)]) throws(ProgramLibraryFailure) {
        let ids = Set(versions.map(\.program.id))
        for (file, program) in versions {
            for other in program.excludes where !ids.contains(other) || other == program.id {
                throw ProgramLibraryFailure(file: file, problem: "excludes: there is no other programme \(other)")
            }
            for (otherFile, other) in versions where otherFile < file && other.id == program.id {
                let (one, two) = (program.origin, other.origin)
                if one.effectiveFrom <= two.effectiveTo ?? "9999-12-31",
                    two.effectiveFrom <= one.effectiveTo ?? "9999-12-31"
                {
                    throw ProgramLibraryFailure(
                        file: file, problem: "effectiveFrom: it is in force on the same days as \(otherFile)")
                }
            }
        }
    }

    /// The same library with another version of a programme in place of those that are in force from its first day on.
    /// - Throws: ``ProgramLibraryFailure`` when it excludes what is not there.
    package func with(_ program: Program) throws(ProgramLibraryFailure) -> ProgramLibrary {
        let others = versions.filter {
            $0.id != program.id || $0.origin.effectiveTo ?? "9999" < program.origin.effectiveFrom
        }
        let known = Set(others.map(\.id))
        for other in program.excludes where !known.contains(other) {
            throw ProgramLibraryFailure(
                file: "the programme", problem: "excludes: there is no other programme \(other)")
        }
        return ProgramLibrary(versions: others + [program], reasons: reasons)
    }

    private init(versions: [Program], reasons: ProgramReasons) {
        self.reasons = reasons
        let sorted = versions.sorted { $0.origin.effectiveFrom < $1.origin.effectiveFrom }
        self.versions = sorted
        byID = Dictionary(sorted.map { ($0.id, $0) }) { $1 }
        programs = byID.values.sorted { ($0.title, $0.id) < ($1.title, $1.id) }
        let criteria = sorted.flatMap(\.criteria)
        let priorities = sorted.compactMap { $0.priority?.path }
        reads = (criteria.map(\.reads) + priorities.map(\.reads)).reduce(into: ["Patient", "EpisodeOfCare"]) {
            $0.formUnion($1)
        }
        observed = Self.observed(criteria, priorities)
    }

    /// The programmes in force on a day written `yyyy-mm-dd`, in the order of their titles.
    package func effective(on day: String) -> [Program] {
        versions.filter { $0.origin.isEffective(on: day) }.sorted { ($0.title, $0.id) < ($1.title, $1.id) }
    }

    /// The programme of that id, of several versions the one that begins last.
    package subscript(id: String) -> Program? { byID[id] }

    /// The programme of that id as it is in force on a day, or else as it was or will be.
    package subscript(id: String, on day: String) -> Program? {
        versions.last { $0.id == id && $0.origin.isEffective(on: day) }
            ?? versions.last { $0.id == id && $0.origin.effectiveFrom <= day } ?? byID[id]
    }

    /// Whether a stored resource can matter to a criterion, told from its text without parsing it: most observations are
    /// readings that no criterion asks for.
    package func concerns(_ type: String, _ body: [UInt8]) -> Bool {
        type != "Observation" || observed.map { $0.isNamed(in: body) } ?? true
    }

    private static func observed(_ criteria: [Criterion], _ priorities: [PathCriterion]) -> CodeFilter? {
        var codes: Set<String> = [KnownFacts.phq9]
        guard !priorities.contains(where: { $0.types.contains("Observation") }) else { return nil }
        for question in criteria.flatMap(\.questions) where question.reads.contains("Observation") {
            switch question {
            case .path(let path):
                if path.types.contains("Observation") { return nil }
            case .found(let found):
                if found.codes.isEmpty { return nil }
                for code in found.codes {
                    codes.insert(code.split(separator: "|").last.map(String.init) ?? code)
                }
            }
        }
        return CodeFilter(codes)
    }

    private static func read(
        _ file: String, _ kind: String, _ bytes: [UInt8]?
    ) throws(ProgramLibraryFailure) -> ContentField {
        guard let bytes else { throw ProgramLibraryFailure(file: file, problem: "it is not there") }
        do throws(YAMLError) {
            let root = ContentField(root: try YAML.parse(bytes))
            guard (try? root["kind"].text()) == kind else {
                throw YAMLError(line: nil, problem: "its kind is not \(kind)")
            }
            return root
        } catch {
            throw ProgramLibraryFailure(file: file, problem: error.description)
        }
    }
}
