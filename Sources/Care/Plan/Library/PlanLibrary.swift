import Content

/// Why a pack of plans cannot be used: which file, and what is wrong with it.
package struct PlanLibraryFailure: Error, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// All packs of plans, loaded and checked when the server starts.
package struct PlanLibrary: Sendable {
    /// The packs in the order of their titles.
    package let packs: [PlanPack]

    /// Loads every pack.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - files: the files under `plans/`, as `plans/copd.yaml`.
    /// - Throws: `PlanLibraryFailure` naming the first file that is wrong and what is wrong with it.
    package init(content: (String) -> [UInt8]?, files: [String]) throws(PlanLibraryFailure) {
        var packs: [PlanPack] = []
        for file in files.sorted() where file.hasSuffix(".yaml") {
            let pack = try Self.read(file, content)
            guard file == "plans/\(pack.id).yaml" else {
                throw PlanLibraryFailure(file: file, problem: "its id is \(pack.id), not the name of the file")
            }
            packs.append(pack)
        }
        self.packs = packs.sorted { $0.title < $1.title }
    }

    private static func read(_ file: String, _ content: (String) -> [UInt8]?) throws(PlanLibraryFailure) -> PlanPack {
        guard let bytes = content(file) else { throw PlanLibraryFailure(file: file, problem: "it is not there") }
        let root: ContentField
        do { root = ContentField(root: try YAML.parse(bytes)) } catch {
            throw PlanLibraryFailure(file: file, problem: error.description)
        }
        do throws(ContentProblem) {
            guard try root["kind"].text() == "plan-pack" else { throw root["kind"].problem("it is not a plan-pack") }
            return try PlanPack(root)
        } catch {
            throw PlanLibraryFailure(file: file, problem: error.description)
        }
    }

    /// The packs in force on a day written `yyyy-mm-dd`, in the order of their titles.
    package func effective(on day: String) -> [PlanPack] { packs.filter { $0.origin.isEffective(on: day) } }

    /// The pack of that id.
    package subscript(id: String) -> PlanPack? { packs.first { $0.id == id } }

    /// Packs that a person's codes suggest, each with what suggested it.
    /// - Parameters:
    ///   - icd10: ICD-10-CM codes, with or without dot.
    ///   - snomed: SNOMED CT codes.
    ///   - needs: Gravity category codes of social needs.
    /// - Returns: packs in the order of their titles; `codes` are the given codes that fit, as given.
    package func suggested(
        icd10: [String] = [], snomed: [String] = [], needs: [String] = []
    ) -> [(pack: PlanPack, codes: [String], needs: [String])] {
        packs.compactMap { pack in
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
