/// Hospital Frailty Risk Score: points for three-character ICD-10 codes, each once (Gilbert et al., Lancet 2018).
///
/// Bands: below 5 low, 5 to 15 intermediate, above 15 high. Made for people of 75 and over admitted as an emergency,
/// looking back two years.
struct FrailtyScore: Sendable {
    let version: String
    let codes: [DiagnosisCode]
    let points: [Thousandths]

    init(content: (String) -> [UInt8]?) throws(RiskContentFailure) {
        let file = "risk/hfrs.csv"
        let table = try RiskTable(file: file, bytes: content(file))
        let (code, point) = (try table.column("code"), try table.column("points"))
        var codes: [DiagnosisCode] = []
        var points: [Thousandths] = []
        for row in table.rows {
            guard let prefix = DiagnosisCode(row[code]), let value = Thousandths(decimal: row[point]) else {
                throw table.failure(row, "a code and its points expected")
            }
            codes.append(prefix)
            points.append(value)
        }
        guard codes.count <= CategorySet.capacity else {
            throw .malformed(file: file, line: 0, reason: "more than \(CategorySet.capacity) codes")
        }
        version = table.version
        self.codes = codes
        self.points = points
    }

    func score(_ present: CategorySet) -> Thousandths {
        var sum = Thousandths.zero
        for place in present where place < points.count { sum += points[place] }
        return sum
    }
}

/// The published bands of the Hospital Frailty Risk Score.
package enum FrailtyBand: String, Sendable {
    case low
    case intermediate
    case high

    package init(_ score: Thousandths) {
        self = score < Thousandths(whole: 5) ? .low : score > Thousandths(whole: 15) ? .high : .intermediate
    }
}
