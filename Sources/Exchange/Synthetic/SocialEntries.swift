/// The kinds of contact with the health service.
enum VisitKind: String, Sendable, CaseIterable {
    case checkup, followup, symptom, prenatal, phone, video, emergency, inpatient

    /// Whether somebody could take a blood pressure.
    var isInPerson: Bool { self != .phone && self != .video }
}

/// A row of visits.csv.
struct VisitEntry: Sendable {
    /// Class and type.
    let body: [UInt8]
    let minutes: Int

    init(_ row: SyntheticTable.Row) throws(SyntheticContent.Failure) {
        var line = ByteLine()
        line.add(#""class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":""#)
        line.add(ByteLine.escaped(row["class"]))
        line.add(#""},"type":[{"coding":[{"system":"http://snomed.info/sct","code":""#)
        line.add(ByteLine.escaped(row["snomed"]))
        line.add(#""}],"text":""#)
        line.add(ByteLine.escaped(row["words"]))
        line.add(#""}]"#)
        body = line.bytes
        minutes = try row.whole("minutes")
    }
}

/// A row of languages.csv with its names.
struct LanguageEntry: Sendable {
    let key: String
    let weight: Double
    /// Of 1.
    let interpreter: Double
    /// In the order of `Race.allCases`.
    let races: [Double]
    let hispanic: Double
    let communication: [UInt8]
    let women: [[UInt8]]
    let men: [[UInt8]]
    let families: [[UInt8]]

    init(_ row: SyntheticTable.Row, _ names: [SyntheticTable.Row]) throws(SyntheticContent.Failure) {
        key = String(row["code"])
        weight = try row.number("weight")
        interpreter = try row.number("interpreter") / 100
        races = [
            try row.number("white"), try row.number("black"), try row.number("asian"), try row.number("native"),
        ]
        hispanic = try row.number("hispanic") / 100
        func named(_ kind: Substring) throws(SyntheticContent.Failure) -> [[UInt8]] {
            let found = names.filter { $0["language"] == row["code"] && $0["kind"] == kind }
            guard !found.isEmpty else { throw .malformed(row.place, column: "names: \(kind)") }
            return found.map { ByteLine.escaped($0["name"]) }
        }
        women = try named("f")
        men = try named("m")
        families = try named("family")
        var line = ByteLine()
        line.add(#","communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":""#)
        line.add(ByteLine.escaped(row["code"]))
        line.add(#""}],"text":""#)
        line.add(ByteLine.escaped(row["words"]))
        line.add(#""},"preferred":true}]"#)
        communication = line.bytes
    }
}

/// The races of US Core, in the order of the columns of languages.csv.
enum Race: Int, Sendable, CaseIterable {
    case white, black, asian, native

    var code: StaticString {
        switch self {
        case .white: "2106-3"
        case .black: "2054-5"
        case .asian: "2028-9"
        case .native: "1002-5"
        }
    }

    var words: StaticString {
        switch self {
        case .white: "White"
        case .black: "Black or African American"
        case .asian: "Asian"
        case .native: "American Indian or Alaska Native"
        }
    }
}

/// An invented town.
struct TownEntry: Sendable {
    let words: [UInt8]
    let postal: [UInt8]

    init(_ row: SyntheticTable.Row) {
        words = ByteLine.escaped(row["words"])
        postal = ByteLine.escaped(row["postal"])
    }
}
