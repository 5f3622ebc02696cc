package import Content
import FHIR
import Records

/// Compares a person's medicines by the rules that ship, and by those of a licensed source where the site has one.
package struct MedicineChecks: Sendable {
    package static let file = "conflicts/medicines.yaml"
    /// Where a site puts a licensed source in the same form; nothing ships here.
    package static let licensedFile = "conflicts/medicines-licensed.yaml"

    private let sources: [MedicineRules]
    private let table: MedicineTable
    /// Names of ingredients and brands by their first word, the longest first.
    private let names: [String: [MedicineNames.Known]]
    private let classesByName: [String: Set<String>]

    /// - Throws: ``ContentProblem``, and what reading the table or YAML throws.
    package init(content: Content, table: MedicineTable) throws {
        func rules(_ file: String) throws -> MedicineRules? {
            try content.file(file).map { try MedicineRules(ContentField(root: try YAML.parse($0))) }
        }
        guard let own = try rules(Self.file) else {
            throw ContentProblem(place: Self.file, problem: "it is not there")
        }
        sources = [own] + [try rules(Self.licensedFile)].compactMap(\.self)
        self.table = table
        let all = sources.reduce(into: table.allIngredients) { $0.formUnion($1.ingredients) }
        let written = try MedicineNames(content: content)
        classesByName = written.classes
        let plain = all.sorted().map {
            MedicineNames.Known(
                words: $0.plainWords.split(separator: " ").map(String.init), ingredients: [$0], rxnorm: nil)
        }
        names = Dictionary(grouping: written.known + plain) { $0.words.first ?? "" }.mapValues { known in
            known.sorted { $0.words.count > $1.words.count }
        }
    }

    /// What has to be said wherever the result is shown.
    package var caution: String {
        let named = sources.map { "\($0.origin.source), version \($0.origin.version)" }.joined(separator: "; ")
        return sources.contains(where: \.isComplete)
            ? "Medicines compared by: \(named)."
            : "This is not a complete interaction check. Medicines compared by: \(named)."
    }

    /// Medicines that neither their code nor their name makes known: nothing can be said of them.
    package func unknown(_ medicines: [Medicine]) -> [String] {
        var seen: Set<String> = []
        return medicines.filter { taken($0).isEmpty && seen.insert($0.name).inserted }.map(\.name)
    }

    private struct Taken {
        let ingredient: String
        let kinds: Set<String>
        let medicine: Medicine
    }

    private func taken(_ medicine: Medicine) -> [Taken] {
        for code in medicine.rxnorm {
            guard let ingredients = table.ingredients(code) else {
                continue
            }
            return ingredients.map { name in
                let ingredient = MedicineTable.base(name).lowercased()
                // The classes of a product of two ingredients do not say whose they are.
                let kinds =
                    ingredients.count == 1 ? Set(table.classes(code)) : kinds(of: ingredient)
                return Taken(ingredient: ingredient, kinds: kinds, medicine: medicine)
            }
        }
        return named(medicine.name).flatMap(\.ingredients).reduce(into: []) { found, ingredient in
            if !found.contains(where: { $0.ingredient == ingredient }) {
                found.append(Taken(ingredient: ingredient, kinds: kinds(of: ingredient), medicine: medicine))
            }
        }
    }

    /// The classes of an ingredient by its name in small letters.
    private func kinds(of ingredient: String) -> Set<String> {
        table.classes(ofIngredient: ingredient).union(classesByName[ingredient] ?? [])
    }

    /// The ingredients and brands that a text names, each word counted to one of them.
    private func named(_ text: String) -> [MedicineNames.Known] {
        let words = text.plainWords.split(separator: " ").map(String.init)
        var found: [MedicineNames.Known] = []
        var place = 0
        while place < words.count {
            let rest = words.dropFirst(place)
            guard let known = names[words[place]]?.first(where: { rest.starts(with: $0.words) }) else {
                place += 1
                continue
            }
            found.append(known)
            place += known.words.count
        }
        return found
    }

    /// What a medicine is made of, by its code or else by its name.
    struct Makeup: Sendable, Equatable {
        /// In small letters, sorted; empty when neither code nor name makes it known.
        var ingredients: [String]
        /// Classes, and the groups of which two are one too many.
        var kinds: Set<String>
        /// RxNorm code for a name that was typed, where a label depends on it.
        var rxnorm: String?
    }

    /// - Parameters:
    ///   - name: as it is written.
    ///   - codes: RxNorm codes of what it is.
    /// - Returns: its ingredients and kinds; without any when nothing makes it known.
    func makeup(_ name: String, _ codes: [String]) -> Makeup {
        let code = codes.lazy.compactMap { table.ingredients($0) }.first
        let known = named(name)
        let ingredients =
            code.map { $0.map { MedicineTable.base($0).lowercased() } } ?? known.flatMap(\.ingredients)
        var all: Set<String> = []
        for ingredient in ingredients {
            let kinds = kinds(of: ingredient)
            all.formUnion(kinds)
            for source in sources {
                all.formUnion(source.duplicates.filter { source.means([$0], ingredient, kinds) })
            }
        }
        return Makeup(
            ingredients: Set(ingredients).sorted(), kinds: all, rxnorm: known.lazy.compactMap(\.rxnorm).first)
    }

    /// Names of groups of which two are one too many.
    var singleKinds: Set<String> { Set(sources.flatMap(\.duplicates)) }

    /// Whether an ingredient is rightly taken in two forms: a slow and a quick insulin.
    func isSplit(_ ingredient: String) -> Bool {
        sources.contains { $0.split.contains { ingredient.hasPrefix($0) } }
    }

    /// - Parameters:
    ///   - medicines: those that are taken now.
    ///   - forbidden: orders not to give one.
    /// - Returns: the dangers first.
    func conflicts(_ medicines: [Medicine], _ forbidden: [Resource]) -> [PlanConflict] {
        var seen: Set<String> = []
        let once = medicines.filter { seen.insert("\($0.name.lowercased())|\($0.takes ?? "")").inserted }
        let taken = once.flatMap { self.taken($0) }
        return orders(once, forbidden) + interactions(taken) + ways(once) + duplicates(taken)
    }

    private func orders(_ medicines: [Medicine], _ forbidden: [Resource]) -> [PlanConflict] {
        forbidden.flatMap { order -> [PlanConflict] in
            let name = order.root["medicationCodeableConcept"]?.words ?? ""
            return medicines.filter { !name.isEmpty && $0.name.plainWords == name.plainWords }.map { medicine in
                PlanConflict(
                    .instructions, "\(name): on the list, and ordered not to be taken",
                    order.root.text("requester", "display") ?? "Two orders", [medicine.reference, order.reference])
            }
        }
    }

    private func interactions(_ taken: [Taken]) -> [PlanConflict] {
        var found: [(MedicineRules.Severity, PlanConflict)] = []
        for source in sources {
            for rule in source.rules {
                for members in matches(rule, source, taken) {
                    let names = members.map(\.ingredient).joined(separator: " and ")
                    let conflict = PlanConflict(
                        .interaction, "\(names): \(rule.effect) (\(rule.severity.rawValue))",
                        "\(members.map(\.medicine.name).joined(separator: " with ")). To do: \(rule.action). "
                            + "Rule \(rule.id), \(rule.source)",
                        members.map(\.medicine.reference), isAlert: source.alerts.contains(rule.severity))
                    if !found.contains(where: { $0.1.text == conflict.text }) {
                        found.append((rule.severity, conflict))
                    }
                }
            }
        }
        let order = MedicineRules.Severity.allCases
        return found.enumerated().sorted {
            (order.firstIndex(of: $0.element.0) ?? 9, $0.offset) < (order.firstIndex(of: $1.element.0) ?? 9, $1.offset)
        }.map(\.element.1)
    }

    /// Different ingredients, one for each side of the rule; the same ones once.
    private func matches(_ rule: MedicineRules.Rule, _ source: MedicineRules, _ taken: [Taken]) -> [[Taken]] {
        let sides = rule.sides.map { side in taken.filter { source.means(side, $0.ingredient, $0.kinds) } }
        guard sides.allSatisfy({ !$0.isEmpty }) else {
            return []
        }
        var known: Set<[String]> = []
        return sides.reduce(into: [[]]) { (made: inout [[Taken]], side) in
            made = made.flatMap { before in
                side.filter { next in
                    !before.contains { $0.ingredient == next.ingredient || isOneProduct($0, next) }
                }.map { before + [$0] }
            }
        }.filter { known.insert($0.map(\.ingredient).sorted()).inserted }
    }

    /// A product that combines two ingredients is meant so.
    private func isOneProduct(_ one: Taken, _ other: Taken) -> Bool {
        one.medicine.reference == other.medicine.reference
    }

    /// One medicine of one name, with two ways of taking it.
    private func ways(_ medicines: [Medicine]) -> [PlanConflict] {
        var names: [String] = []
        let byName = Dictionary(grouping: medicines.filter { $0.takes != nil }) { medicine in
            let name = medicine.name.plainWords
            if !names.contains(name) { names.append(name) }
            return name
        }
        return names.compactMap { name in
            guard let same = byName[name], same.count > 1 else {
                return nil
            }
            return PlanConflict(
                .instructions, "\(same[0].name): \(same.count) ways of taking it",
                same.compactMap(\.takes).joined(separator: "; "), same.map(\.reference))
        }
    }

    private func duplicates(_ taken: [Taken]) -> [PlanConflict] {
        var found: [PlanConflict] = []
        var ingredients: [String] = []
        for one in taken where !ingredients.contains(one.ingredient) { ingredients.append(one.ingredient) }
        for ingredient in ingredients
        where !sources.contains(where: { $0.split.contains { ingredient.hasPrefix($0) } }) {
            let same = taken.filter { $0.ingredient == ingredient }
            // One product ordered anew is not two.
            let products = Set(same.map { $0.medicine.name.plainWords })
            if products.count > 1 {
                found.append(
                    PlanConflict(
                        .duplicateMedicine, "\(ingredient): in \(products.count) medicines",
                        same.map(\.medicine.name).joined(separator: "; "), same.map(\.medicine.reference)))
            }
        }
        for source in sources {
            for name in source.duplicates {
                let same = taken.filter { source.means([name], $0.ingredient, $0.kinds) }
                let members = Set(same.map(\.ingredient)).sorted()
                let products = Set(same.map(\.medicine.reference))
                guard members.count > 1, products.count > 1 else {
                    continue
                }
                found.append(
                    PlanConflict(
                        .duplicateMedicine, "Two of one kind (\(name)): \(members.joined(separator: ", "))",
                        same.map(\.medicine.name).joined(separator: "; "), same.map(\.medicine.reference)))
            }
        }
        return found
    }
}
