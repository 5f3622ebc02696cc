import Content

/// Why the programmes cannot be used: which file, and what is wrong with it.
package struct ProgramLibraryFailure: Error, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// All programmes and the words that go with them, loaded and checked when the server starts.
package struct ProgramLibrary: Sendable {
    /// The programmes in the order of their titles.
    package let programs: [Program]
    package let reasons: ProgramReasons

    static let reasonsFile = "programs/reasons.yaml"

    /// Loads every programme and the reasons.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - files: the files under `programs/`, as `programs/complex-care.yaml`.
    /// - Throws: `ProgramLibraryFailure` naming the first file that is wrong and what is wrong with it.
    package init(content: (String) -> [UInt8]?, files: [String]) throws(ProgramLibraryFailure) {
        var programs: [Program] = []
        for file in files.sorted() where file.hasSuffix(".yaml") && file != Self.reasonsFile {
            let root = try Self.read(file, "program", content)
            do throws(ContentProblem) {
                let program = try Program(root)
                guard file == "programs/\(program.id).yaml" else {
                    throw root["id"].problem("\(program.id) is not the name of the file")
                }
                programs.append(program)
            } catch {
                throw ProgramLibraryFailure(file: file, problem: error.description)
            }
        }
        self.programs = programs.sorted { $0.title < $1.title }
        let root = try Self.read(Self.reasonsFile, "reasons", content)
        do throws(ContentProblem) {
            reasons = try ProgramReasons(root)
        } catch {
            throw ProgramLibraryFailure(file: Self.reasonsFile, problem: error.description)
        }
    }

    /// The programmes in force on a day written `yyyy-mm-dd`, in the order of their titles.
    package func effective(on day: String) -> [Program] { programs.filter { $0.origin.isEffective(on: day) } }

    /// The programme of that id.
    package subscript(id: String) -> Program? { programs.first { $0.id == id } }

    private static func read(
        _ file: String, _ kind: String, _ content: (String) -> [UInt8]?
    ) throws(ProgramLibraryFailure) -> ContentField {
        guard let bytes = content(file) else { throw ProgramLibraryFailure(file: file, problem: "it is not there") }
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
