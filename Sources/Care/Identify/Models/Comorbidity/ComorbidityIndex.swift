/// An index that adds a weight for each category of illness found by ICD-10 prefixes: Charlson or Elixhauser.
struct ComorbidityIndex: Sendable {
    struct Category: Sendable {
        let name: String
        let label: String
        let prefixes: [DiagnosisCode]
        /// Milder categories that do not count beside this one.
        let covers: UInt32
    }

    let version: String
    let categories: [Category]
    /// Points a category, by the name of the weighting.
    let weights: [String: [Int]]

    init(
        file: String, weightings: [String], content: (String) -> [UInt8]?
    ) throws(RiskContentFailure) {
        let table = try RiskTable(file: file, bytes: content(file))
        let (name, label) = (try table.column("category"), try table.column("label"))
        let (covers, prefixes) = (try table.column("covers"), try table.column("prefixes"))
        let names = table.rows.map { $0[name] }
        guard names.count <= 32 else { throw .malformed(file: file, line: 0, reason: "more than 32 categories") }

        var categories: [Category] = []
        for row in table.rows {
            var codes: [DiagnosisCode] = []
            for word in row.words(prefixes) {
                guard let code = DiagnosisCode(prefix: word) else { throw table.failure(row, "not a prefix: \(word)") }
                codes.append(code)
            }
            var covered: UInt32 = 0
            for word in row.words(covers) {
                guard let place = names.firstIndex(of: String(word)) else {
                    throw table.failure(row, "covers an unknown category")
                }
                covered |= 1 << UInt32(place)
            }
            categories.append(Category(name: row[name], label: row[label], prefixes: codes, covers: covered))
        }
        var weights: [String: [Int]] = [:]
        for weighting in weightings {
            let column = try table.column(weighting)
            var points: [Int] = []
            for row in table.rows { points.append(try table.integer(row, column)) }
            weights[weighting] = points
        }
        version = table.version
        self.categories = categories
        self.weights = weights
    }

    /// The categories that count: without those a graver one covers.
    func counted(_ present: UInt32) -> UInt32 {
        var covered: UInt32 = 0
        var rest = present
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            rest &= rest &- 1
            if place < categories.count { covered |= categories[place].covers }
        }
        return present & ~covered
    }

    /// The sum of weights over categories that count.
    func points(_ counted: UInt32, _ weights: [Int]) -> Int {
        var sum = 0
        var rest = counted
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            rest &= rest &- 1
            if place < weights.count { sum += weights[place] }
        }
        return sum
    }
}

/// Points for age in the age-adjusted Charlson index: one a decade from 50, four from 80 (Charlson 1994).
package func charlsonAgePoints(age: Int) -> Int {
    age < 50 ? 0 : min(4, (age - 40) / 10)
}
