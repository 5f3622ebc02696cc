import Content

/// Names of medicines as people write them, brands among them, with their ingredients: `medicines/names.csv`.
struct MedicineNames: Sendable {
    struct Known: Sendable {
        /// The name, word by word, in small letters.
        let words: [String]
        let ingredients: [String]
        /// RxNorm code of what it is, where a label depends on it.
        let rxnorm: String?
    }

    static let file = "medicines/names.csv"
    /// Where a site puts a licensed source in the same form; nothing ships here.
    static let licensedFile = "medicines/names-licensed.csv"

    private(set) var known: [Known] = []
    private(set) var classes: [String: Set<String>] = [:]

    /// - Throws: what is wrong with the table.
    init(content: Content) throws {
        try read(Self.file, content.file(Self.file))
        if let own = content.file(Self.licensedFile) {
            try read(Self.licensedFile, own)
        }
    }

    private mutating func read(_ file: String, _ bytes: [UInt8]?) throws {
        let table = try RiskTable(file: file, bytes: bytes)
        let (name, parts) = (try table.column("name"), try table.column("ingredients"))
        let (kinds, code) = (try table.column("classes"), try table.column("rxnorm"))
        for row in table.rows {
            let ingredients = Self.list(row[parts])
            guard !row[name].isEmpty, let first = ingredients.first else {
                throw table.failure(row, "a name and its ingredients are missing")
            }
            let rxnorm = row[code]
            known.append(
                Known(
                    words: row[name].plainWords.split(separator: " ").map(String.init), ingredients: ingredients,
                    rxnorm: rxnorm.isEmpty ? nil : rxnorm))
            if ingredients.count == 1 {
                classes[first, default: []].formUnion(Self.list(row[kinds]))
            }
        }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ";").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }
}
