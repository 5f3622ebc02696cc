package import Content

/// Why a pack of plans cannot be used: which file, and what is wrong with it.
package struct PlanLibraryFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// All packs of plans, loaded and checked when the server starts.
package struct PlanLibrary: Sendable {
    /// The packs in the order of their titles.
    package let packs: [PlanPack]
    /// The numbers that people are told to call.
    package let lines: HelpLines
    /// What the packs say to people in English, with the same in Spanish.
    private let spanish: [String: String]

    /// Loads every pack.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - files: the files under `plans/`, as `plans/copd.yaml`.
    /// - Throws: `PlanLibraryFailure` naming the first file that is wrong and what is wrong with it.
    package init(content: (String) -> [UInt8]?, files: [String]) throws(PlanLibraryFailure) {
        let lines = try Self.read(HelpLines.file, content) { root throws(ContentProblem) in try HelpLines(root) }
        var packs: [PlanPack] = []
        for file in files.sorted() where file.hasSuffix(".yaml") {
            let pack = try Self.read(file, content) { root throws(ContentProblem) in
                guard try root["kind"].text() == "plan-pack" else {
                    throw root["kind"].problem("it is not a plan-pack")
                }
                return try PlanPack(root, lines: lines)
            }
            guard file == "plans/\(pack.id).yaml" else {
                throw PlanLibraryFailure(file: file, problem: "its id is \(pack.id), not the name of the file")
            }
            packs.append(pack)
        }
        self.packs = packs.sorted { $0.title < $1.title }
        self.lines = lines
        let words = packs.flatMap { $0.goals.map(\.firstWords) + $0.interventions.map(\.patient) }
        spanish = Dictionary(words.map { ($0.en, $0.es) }) { first, _ in first }
    }

    private static func read<Read>(
        _ file: String, _ content: (String) -> [UInt8]?, _ make: (ContentField) throws(ContentProblem) -> Read
    ) throws(PlanLibraryFailure) -> Read {
        guard let bytes = content(file) else { throw PlanLibraryFailure(file: file, problem: "it is not there") }
        let root: ContentField
        do { root = ContentField(root: try YAML.parse(bytes)) } catch {
            throw PlanLibraryFailure(file: file, problem: error.description)
        }
        do throws(ContentProblem) { return try make(root) } catch {
            throw PlanLibraryFailure(file: file, problem: error.description)
        }
    }

    /// The packs in force on a day written `yyyy-mm-dd`, in the order of their titles.
    package func effective(on day: String) -> [PlanPack] { packs.filter { $0.origin.isEffective(on: day) } }

    /// A sentence of a plan in a person's language when it still is as a pack has it; nil when the team or the person
    /// wrote it.
    package func said(_ sentence: String, in language: PlanLanguage) -> String? {
        spanish[sentence].map { language.of(PlanWords(en: sentence, es: $0)) }
    }

    /// The pack of that id.
    package subscript(id: String) -> PlanPack? { packs.first { $0.id == id } }

    /// Packs that a person's codes suggest, each with what suggested it.
    /// - Parameters:
    ///   - icd10: ICD-10-CM codes, with or without dot.
    ///   - snomed: SNOMED CT codes.
    ///   - needs: Gravity category codes of social needs.
    ///   - age: in whole years; nil when it is not known.
    /// - Returns: packs in the order of their titles; `codes` are the given codes that fit, as given.
    package func suggested(
        icd10: [String] = [], snomed: [String] = [], needs: [String] = [], age: Int? = nil
    ) -> [(pack: PlanPack, codes: [String], needs: [String])] {
        packs.filter { $0.ages.fit(age) }.compactMap { pack in
            var codes: [String] = []
            var met: [String] = []
            for suggestion in pack.suggestedBy {
                let given =
                    switch suggestion.system {
                    case .icd10: icd10
                    case .snomed: snomed
                    case .need: needs
                    }
                for code in given where suggestion.fits(code) {
                    if !codes.contains(code) { codes.append(code) }
                    if let need = suggestion.need, !met.contains(need) { met.append(need) }
                }
            }
            return codes.isEmpty ? nil : (pack, codes, met)
        }
    }
}

extension PlanPack.Suggestion {
    /// Whether a code is the one meant; dots in ICD-10-CM codes do not matter.
    package func fits(_ given: String) -> Bool {
        let plain = system == .icd10 ? given.uppercased().filter { $0 != "." } : given
        return isPrefix ? plain.hasPrefix(code) : plain == code
    }
}
