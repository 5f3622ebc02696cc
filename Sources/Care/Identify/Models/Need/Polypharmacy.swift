/// Ingredients and classes of medicines, by RxNorm code.
package struct MedicineTable: Sendable {
    private let ingredients: [String: [String]]
    private let classes: [String: [String]]
    /// Of products with one ingredient: the classes are its own.
    private let classesOfIngredient: [String: Set<String>]

    /// - Throws: what is wrong with `risk/rxnorm_ingredients.csv`.
    package init(content: (String) -> [UInt8]?) throws(RiskContentFailure) {
        let file = "risk/rxnorm_ingredients.csv"
        let table = try RiskTable(file: file, bytes: content(file))
        let (code, parts) = (try table.column("rxnorm"), try table.column("ingredients"))
        let kinds = try table.column("classes")
        var ingredients: [String: [String]] = [:]
        var classes: [String: [String]] = [:]
        for row in table.rows {
            ingredients[row[code]] = MedicineTable.list(row[parts])
            classes[row[code]] = MedicineTable.list(row[kinds])
        }
        self.ingredients = ingredients
        self.classes = classes
        var own: [String: Set<String>] = [:]
        for (code, names) in ingredients where names.count == 1 {
            own[MedicineTable.base(names[0]).lowercased(), default: []].formUnion(classes[code] ?? [])
        }
        classesOfIngredient = own
    }

    /// All ingredients that the table names, in small letters.
    package var allIngredients: Set<String> {
        Set(ingredients.values.joined().map { MedicineTable.base($0).lowercased() })
    }

    /// The classes of an ingredient by its name in small letters; empty when none are known.
    package func classes(ofIngredient name: String) -> Set<String> { classesOfIngredient[name] ?? [] }

    /// The active ingredients of a medicine; nil when the table does not know it.
    package func ingredients(_ rxnorm: String) -> [String]? { ingredients[rxnorm] }

    /// The classes used in looking for duplicates and interactions; empty when none are known.
    package func classes(_ rxnorm: String) -> [String] { classes[rxnorm] ?? [] }

    /// `insulin human (NPH)` is `insulin human`.
    static func base(_ name: String) -> String {
        guard let bracket = name.firstIndex(of: "("), bracket > name.startIndex else { return name }
        let base = name[..<bracket]
        return String(base.last == " " ? base.dropLast() : base)
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ";").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }
}

/// How many different active ingredients a person takes.
package struct Polypharmacy: Sendable, Equatable {
    /// Five and more, ten and more: the cuts in common use.
    package enum Band: String, Sendable {
        case fewerThanFive
        case fiveOrMore
        case tenOrMore
    }

    /// Sorted; forms of one ingredient (two insulins) are one.
    package let ingredients: [String]
    /// RxNorm codes whose ingredients are not on file, sorted. Each counts as one, and is shown as such.
    package let unknown: [String]

    package var count: Int { ingredients.count + unknown.count }
    package var band: Band { count >= 10 ? .tenOrMore : count >= 5 ? .fiveOrMore : .fewerThanFive }

    /// Counts by RxNorm codes of the medicines that are active now; repeats change nothing.
    package init(active rxnorm: [String], table: MedicineTable) {
        var ingredients: Set<String> = []
        var unknown: Set<String> = []
        for code in rxnorm {
            guard let known = table.ingredients(code) else {
                unknown.insert(code)
                continue
            }
            for name in known { ingredients.insert(MedicineTable.base(name)) }
        }
        self.ingredients = ingredients.sorted()
        self.unknown = unknown.sorted()
    }
}
