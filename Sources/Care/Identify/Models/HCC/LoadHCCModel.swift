extension HCCModel {
    /// The generation of the model, as its files and its output name it.
    enum Generation: String { case v24, v28 }

    /// Reads one version from Content/risk/ and adds its diagnoses to the code book in the making.
    static func load(
        _ generation: Generation, content: (String) -> [UInt8]?, into draft: inout CodeBook.Draft
    ) throws(RiskContentFailure) -> HCCModel {
        func table(_ part: String) throws(RiskContentFailure) -> RiskTable {
            let file = "risk/cms_hcc_\(generation.rawValue)_\(part).csv"
            return try RiskTable(file: file, bytes: content(file))
        }

        let categories = try table("categories")
        let (hcc, label) = (try categories.column("hcc"), try categories.column("label"))
        var places: [Int: Int] = [:]
        var hccs: [Int] = []
        for row in categories.rows {
            let number = try categories.integer(row, hcc)
            places[number] = hccs.count
            hccs.append(number)
        }
        guard hccs.count <= CategorySet.capacity else {
            throw .malformed(file: categories.file, line: 0, reason: "more than \(CategorySet.capacity) categories")
        }
        let (covered, needed) = (try categories.column("covers"), try categories.column("needs"))
        var covers: [CategorySet] = []
        var needs: [(place: Int, oneOf: CategorySet)] = []
        for (place, row) in categories.rows.enumerated() {
            covers.append(try set(row, covered, in: categories, places, skipUnknown: true))
            let oneOf = try set(row, needed, in: categories, places)
            if !oneOf.isEmpty { needs.append((place, oneOf)) }
        }

        let diagnoses = try table("diagnoses")
        try addDiagnoses(diagnoses, places, generation, into: &draft)
        let edits = try loadEdits(generation, places, content: content, into: &draft)
        let rules = try interactions(try table("interactions"), places)
        let coefficients = try table("coefficients")
        var factors: [HCCFactors] = []
        for segment in HCCSegment.allCases {
            factors.append(
                HCCFactors(
                    segment: segment, factors: try segmentFactors(coefficients, segment), hccs: hccs, rules: rules))
        }
        let isOneVersion = diagnoses.version == coefficients.version
        let version = diagnoses.version + (isOneVersion ? "" : ", factors \(coefficients.version)")
        return HCCModel(
            version: version, hccs: hccs,
            labels: categories.rows.map { $0[label] }, covers: covers, needs: needs, edits: edits, factors: factors)
    }

    /// A column of category numbers as a set. The hierarchy also names categories that carry no payment: skipped.
    private static func set(
        _ row: RiskTable.Row, _ column: Int, in table: RiskTable, _ places: [Int: Int], skipUnknown: Bool = false
    ) throws(RiskContentFailure) -> CategorySet {
        var set = CategorySet()
        for word in row.words(column) {
            guard let number = Int(word) else { throw table.failure(row, "not a category: \(word)") }
            if let place = places[number] {
                set.insert(place)
            } else if !skipUnknown {
                throw table.failure(row, "unknown category: \(word)")
            }
        }
        return set
    }

    private static func addDiagnoses(
        _ table: RiskTable, _ places: [Int: Int], _ generation: Generation, into draft: inout CodeBook.Draft
    ) throws(RiskContentFailure) {
        let (stem, hccs, suffixes) = (
            try table.column("icd3"), try table.column("hccs"), try table.column("suffixes")
        )
        for row in table.rows {
            let categories = try set(row, hccs, in: table, places)
            for suffix in row.words(suffixes) {
                guard let code = DiagnosisCode(row[stem] + (suffix == "-" ? "" : suffix)) else {
                    throw table.failure(row, "not an ICD-10-CM code: \(suffix)")
                }
                switch generation {
                case .v24: draft.exact[code, default: .init()].v24.formUnion(categories)
                case .v28: draft.exact[code, default: .init()].v28.formUnion(categories)
                }
            }
        }
    }

    private static func loadEdits(
        _ generation: Generation, _ places: [Int: Int], content: (String) -> [UInt8]?, into draft: inout CodeBook.Draft
    ) throws(RiskContentFailure) -> [HCCEdit] {
        let file = "risk/cms_hcc_edits.csv"
        let table = try RiskTable(file: file, bytes: content(file))
        let (model, sex) = (try table.column("model"), try table.column("sex"))
        let (atLeast, atMost) = (try table.column("at_least"), try table.column("at_most"))
        let (action, hcc, codes) = (try table.column("action"), try table.column("hcc"), try table.column("codes"))
        var edits: [HCCEdit] = []
        for row in table.rows where "v" + row[model] == generation.rawValue {
            let isOverride = row[action] == "override"
            guard isOverride || row[action] == "invalid", edits.count < 255 else {
                throw table.failure(row, "action is neither invalid nor override")
            }
            edits.append(
                HCCEdit(
                    sex: AdministrativeSex(rawValue: row[sex]), atLeast: Int(row[atLeast]), atMost: Int(row[atMost]),
                    instead: isOverride ? try set(row, hcc, in: table, places) : nil))
            for word in row.words(codes) {
                guard let code = DiagnosisCode(word) else { throw table.failure(row, "not an ICD-10-CM code: \(word)") }
                switch generation {
                case .v24: draft.exact[code, default: .init()].editV24 = UInt8(edits.count)
                case .v28: draft.exact[code, default: .init()].editV28 = UInt8(edits.count)
                }
            }
        }
        return edits
    }

    private static func interactions(
        _ table: RiskTable, _ places: [Int: Int]
    ) throws(RiskContentFailure) -> [InteractionRule] {
        let (variable, scope) = (try table.column("variable"), try table.column("scope"))
        let (left, right) = (try table.column("left"), try table.column("right"))
        var rules: [InteractionRule] = []
        for row in table.rows {
            guard row[scope] == "all" || row[scope] == "disabled" else {
                throw table.failure(row, "scope is neither all nor disabled")
            }
            rules.append(
                InteractionRule(
                    variable: row[variable], onlyDisabled: row[scope] == "disabled",
                    left: try set(row, left, in: table, places),
                    right: row[right].isEmpty ? nil : try set(row, right, in: table, places)))
        }
        return rules
    }

    private static func segmentFactors(
        _ table: RiskTable, _ segment: HCCSegment
    ) throws(RiskContentFailure) -> [String: Thousandths] {
        let (variable, column) = (try table.column("variable"), try table.column(segment.rawValue))
        var factors: [String: Thousandths] = [:]
        for row in table.rows where !row[column].isEmpty {
            guard let factor = Thousandths(decimal: row[column]) else { throw table.failure(row, "not a factor") }
            factors[row[variable]] = factor
        }
        return factors
    }
}
