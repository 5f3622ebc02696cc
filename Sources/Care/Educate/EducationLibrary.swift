package import Content

/// Why a sheet cannot be used: which file, and what is wrong with it.
package struct EducationFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// All education sheets, loaded and checked when the server starts.
package struct EducationLibrary: Sendable {
    /// In the order of their English titles.
    package let sheets: [EducationSheet]
    private let plans: PlanLibrary

    /// Loads every sheet.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - files: the files under `education/`, as `education/heart-failure.yaml`.
    ///   - plans: whose packs sheets share codes and warning signs with.
    /// - Throws: ``EducationFailure`` naming the first file that is wrong and what is wrong with it.
    package init(
        content: (String) -> [UInt8]?, files: [String], plans: PlanLibrary
    ) throws(EducationFailure) {
        var sheets: [EducationSheet] = []
        for file in files.sorted() where file.hasSuffix(".yaml") {
            guard let bytes = content(file) else { throw EducationFailure(file: file, problem: "it is not there") }
            let root: ContentField
            do { root = ContentField(root: try YAML.parse(bytes)) } catch {
                throw EducationFailure(file: file, problem: error.description)
            }
            let sheet: EducationSheet
            do { sheet = try EducationSheet(root, plans: plans) } catch {
                throw EducationFailure(file: file, problem: error.description)
            }
            guard file == "education/\(sheet.id).yaml" else {
                throw EducationFailure(file: file, problem: "its id is \(sheet.id), not the name of the file")
            }
            sheets.append(sheet)
        }
        self.sheets = sheets.sorted { $0.title.en < $1.title.en }
        self.plans = plans
    }

    /// The sheet of that id.
    package subscript(id: String) -> EducationSheet? { sheets.first { $0.id == id } }

    /// The sheets in force on a day written `yyyy-mm-dd`.
    package func effective(on day: String) -> [EducationSheet] { sheets.filter { $0.origin.isEffective(on: day) } }

    /// The sheets that a person's codes suggest, each with the codes that fit.
    package func suggested(
        among sheets: [EducationSheet], icd10: [String], snomed: [String], age: Int?
    ) -> [(sheet: EducationSheet, codes: [(system: PlanPack.Suggestion.System, code: String)])] {
        sheets.filter { $0.ages.fit(age) }.compactMap { sheet in
            let codes = sheet.suggestedBy.flatMap { suggestion in
                let given =
                    switch suggestion.system {
                    case .icd10: icd10
                    case .snomed: snomed
                    case .need: [String]()
                    }
                return given.filter(suggestion.fits).map { (system: suggestion.system, code: $0) }
            }
            return codes.isEmpty ? nil : (sheet, codes)
        }
    }

    /// What a sheet says in a language at a level, with the warning signs of its pack.
    package func text(_ sheet: EducationSheet, _ level: EducationSheet.Level, in language: PlanLanguage) -> SheetText {
        let body =
            switch level {
            case .short:
                [
                    SheetText.Part(
                        heading: language.of(PlanWords(en: "What to know", es: "Lo que debe saber")),
                        points: sheet.short.map(language.of))
                ]
            case .full:
                sheet.sections.map {
                    SheetText.Part(heading: language.of($0.heading), points: $0.points.map(language.of))
                }
            }
        let signs = sheet.pack.flatMap { plans[$0] }?.warningSigns ?? []
        let lights = signs.map { sign in
            SheetText.Part(
                heading: language.of(sign.light.words), points: [language.of(sign.see), language.of(sign.act)])
        }
        return SheetText(title: language.of(sheet.title), parts: body + lights)
    }
}

extension PlanPack.WarningSign.Light {
    /// Said in words, for colour alone says nothing to many.
    package var words: PlanWords {
        switch self {
        case .green: PlanWords(en: "Green: I am doing well", es: "Verde: estoy bien")
        case .yellow: PlanWords(en: "Yellow: I call today", es: "Amarillo: llamo hoy")
        case .red: PlanWords(en: "Red: I get help now", es: "Rojo: pido ayuda ya")
        }
    }
}
