package import Content

/// Why what stands in Content/outreach cannot be used: which file, and what is wrong with it.
package struct OutreachFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// Sequences, words, order and hours of outreach, loaded and checked when the server starts.
package struct OutreachLibrary: Sendable {
    /// By their titles.
    package let sequences: [OutreachSequence]
    package let scripts: OutreachScripts
    package let rules: QueueRules
    package let zones: CallZones

    static let place = "outreach/"
    private static let others: Set<String> = ["queue", "scripts", "zones"]

    /// - Throws: ``OutreachFailure`` naming the first file that is wrong.
    init(content: (String) -> [UInt8]?, files: [String]) throws(OutreachFailure) {
        scripts = try Self.read("scripts", "outreach-scripts", content) { root throws(ContentProblem) in
            try OutreachScripts(root)
        }
        rules = try Self.read("queue", "outreach-queue", content) { root throws(ContentProblem) in
            try QueueRules(root)
        }
        zones = try Self.read("zones", "call-zones", content) { root throws(ContentProblem) in try CallZones(root) }
        var sequences: [OutreachSequence] = []
        for file in files.sorted() where file.hasPrefix(Self.place) && file.hasSuffix(".yaml") {
            let name = String(file.dropFirst(Self.place.count).dropLast(".yaml".count))
            guard !Self.others.contains(name) else {
                continue
            }
            let known = scripts
            let sequence = try Self.read(name, "outreach-sequence", content) { root throws(ContentProblem) in
                let sequence = try OutreachSequence(root)
                guard sequence.id == name else {
                    throw root["id"].problem("\(sequence.id) is not the name of the file")
                }
                for step in sequence.steps where known[step.script] == nil {
                    throw root["steps"].problem("there is no script \(step.script)")
                }
                return sequence
            }
            sequences.append(sequence)
        }
        guard sequences.count(where: \.isUsual) == 1 else {
            throw OutreachFailure(file: Self.place, problem: "exactly one sequence says usual: yes")
        }
        self.sequences = sequences.sorted { $0.title < $1.title }
    }

    package subscript(id: String) -> OutreachSequence? { sequences.first { $0.id == id } }

    /// The one for a programme, else the usual one.
    package func sequence(for program: String?) -> OutreachSequence? {
        sequences.first { sequence in program.map { sequence.programs.contains($0) } ?? false }
            ?? sequences.first(where: \.isUsual)
    }

    private static func read<T>(
        _ name: String, _ kind: String, _ content: (String) -> [UInt8]?,
        _ make: (ContentField) throws(ContentProblem) -> T
    ) throws(OutreachFailure) -> T {
        let file = "\(place)\(name).yaml"
        guard let bytes = content(file) else {
            throw OutreachFailure(file: file, problem: "it is not there")
        }
        let root: ContentField
        do { root = ContentField(root: try YAML.parse(bytes)) } catch {
            throw OutreachFailure(file: file, problem: error.description)
        }
        do throws(ContentProblem) {
            guard try root["kind"].text() == kind else {
                throw root["kind"].problem("it is not \(kind)")
            }
            return try make(root)
        } catch {
            throw OutreachFailure(file: file, problem: error.description)
        }
    }
}
