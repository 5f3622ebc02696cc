/// The six numbers of one person, without their reasons.
package struct RiskScores: Sendable, Equatable {
    package var charlsonOriginal: Thousandths
    package var charlsonQuan2011: Thousandths
    package var elixhauserVanWalraven: Thousandths
    package var hfrs: Thousandths
    package var cmsHCCV24: Thousandths
    package var cmsHCCV28: Thousandths
}

/// The weightings of the Charlson categories that are on file.
package enum CharlsonVariant: String, Sendable, CaseIterable {
    /// Charlson 1987.
    case original
    /// Quan 2011.
    case quan2011
    /// The LACE paper's own (van Walraven 2010).
    case lace2010
}

/// Every risk model that needs only age, sex and diagnoses, loaded from Content/risk/ and ready to score.
///
/// `scores` gives the numbers fast; `explain` gives the same numbers with their reasons.
package struct RiskModels: Sendable {
    package let book: CodeBook
    package let resolver: DiagnosisResolver
    let charlson: ComorbidityIndex
    let elixhauser: ComorbidityIndex
    let frailty: FrailtyScore
    let v24: HCCModel
    let v28: HCCModel
    private let charlsonOriginal: [Int]
    private let charlsonQuan2011: [Int]
    private let vanWalraven: [Int]

    /// Loads and checks all tables.
    ///
    /// - Parameter content: gives the bytes of a file below Content/, such as `risk/hfrs.csv`; nil when absent.
    /// - Throws: which file is missing or wrong, and where.
    package init(content: (String) -> [UInt8]?) throws(RiskContentFailure) {
        var draft = CodeBook.Draft()
        charlson = try ComorbidityIndex(
            file: "risk/charlson.csv", weightings: CharlsonVariant.allCases.map(\.rawValue), content: content)
        elixhauser = try ComorbidityIndex(
            file: "risk/elixhauser.csv", weightings: ["vanwalraven"], content: content)
        frailty = try FrailtyScore(content: content)
        v24 = try HCCModel.load(.v24, content: content, into: &draft)
        v28 = try HCCModel.load(.v28, content: content, into: &draft)
        resolver = try DiagnosisResolver(content: content)
        try RiskModels.addPrefixes(charlson, elixhauser, frailty, content: content, into: &draft)
        book = CodeBook(draft)
        charlsonOriginal = charlson.weights[CharlsonVariant.original.rawValue] ?? []
        charlsonQuan2011 = charlson.weights[CharlsonVariant.quan2011.rawValue] ?? []
        vanWalraven = elixhauser.weights["vanwalraven"] ?? []
    }

    private static func addPrefixes(
        _ charlson: ComorbidityIndex, _ elixhauser: ComorbidityIndex, _ frailty: FrailtyScore,
        content: (String) -> [UInt8]?, into draft: inout CodeBook.Draft
    ) throws(RiskContentFailure) {
        for (place, category) in charlson.categories.enumerated() {
            for prefix in category.prefixes { draft.prefixes[prefix, default: .init()].charlson |= 1 << UInt32(place) }
        }
        for (place, category) in elixhauser.categories.enumerated() {
            for prefix in category.prefixes {
                draft.prefixes[prefix, default: .init()].elixhauser |= 1 << UInt32(place)
            }
        }
        for (place, code) in frailty.codes.enumerated() {
            draft.prefixes[code, default: .init()].frailty = UInt8(place + 1)
        }
        let file = "risk/chronic_prefixes.csv"
        let table = try RiskTable(file: file, bytes: content(file))
        let (flag, prefixes) = (try table.column("chronic"), try table.column("prefixes"))
        for row in table.rows {
            for word in row.words(prefixes) {
                guard let prefix = DiagnosisCode(prefix: word) else {
                    throw table.failure(row, "not a prefix: \(word)")
                }
                draft.prefixes[prefix, default: .init()].chronic = row[flag] == "1"
            }
        }
    }

    /// All six scores of one person.
    ///
    /// - Parameters:
    ///   - age: in years; for the CMS models at 1 February of the payment year.
    ///   - sex: anything but female and male leaves out the age and sex factors of the CMS models.
    ///   - codes: numbers from `book`, in any order; repeats change nothing.
    ///   - enrollment: which CMS factors apply.
    /// - Returns: points for the indices, raw factors for the CMS models.
    package func scores(
        age: Int, sex: AdministrativeSex, codes: [CodeBook.ID], enrollment: CMSEnrollment
    ) -> RiskScores {
        var (charlson, elixhauser) = (UInt32(0), UInt32(0))
        var (frail, payment24, payment28) = (CategorySet(), CategorySet(), CategorySet())
        for id in codes {
            let place = Int(id.place)
            guard place < book.classes.count, place > 0 else { continue }
            let meaning = book.classes[place]
            charlson |= meaning.charlson
            elixhauser |= meaning.elixhauser
            if meaning.frailty > 0 { frail.insert(Int(meaning.frailty) - 1) }
            payment24.formUnion(
                meaning.editV24 == 0
                    ? meaning.v24 : v24.mapped(meaning.v24, edit: meaning.editV24, age: age, sex: sex))
            payment28.formUnion(
                meaning.editV28 == 0
                    ? meaning.v28 : v28.mapped(meaning.v28, edit: meaning.editV28, age: age, sex: sex))
        }
        let ill = self.charlson.counted(charlson)
        return RiskScores(
            charlsonOriginal: Thousandths(whole: self.charlson.points(ill, charlsonOriginal)),
            charlsonQuan2011: Thousandths(whole: self.charlson.points(ill, charlsonQuan2011)),
            elixhauserVanWalraven: Thousandths(
                whole: self.elixhauser.points(self.elixhauser.counted(elixhauser), vanWalraven)),
            hfrs: frailty.score(frail),
            cmsHCCV24: v24.score(payment24, age: age, sex: sex, enrollment: enrollment),
            cmsHCCV28: v28.score(payment28, age: age, sex: sex, enrollment: enrollment))
    }

    /// The Charlson score by one of the weightings on file, as LACE needs it.
    package func charlson(_ variant: CharlsonVariant, codes: [CodeBook.ID]) -> Int {
        let present = codes.reduce(into: UInt32(0)) { $0 |= book.meaning($1).charlson }
        return charlson.points(charlson.counted(present), charlson.weights[variant.rawValue] ?? [])
    }

    /// The chronic conditions among diagnoses: distinct three-character categories that AHRQ calls chronic.
    package func chronicConditions(_ diagnoses: [DiagnosisCode]) -> Set<DiagnosisCode> {
        var found: Set<DiagnosisCode> = []
        for code in diagnoses where book.meaning(code).chronic { found.insert(code.prefix(3)) }
        return found
    }
}
