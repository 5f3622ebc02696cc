package import FHIR
import Records

extension Instrument {
    /// Works a form out: rows, `enableWhenExpression`, `answerExpression`, `calculatedExpression` and constraints. What
    /// one formula gives is what the next one sees, until nothing changes or ``mostTurns`` are done (SDC 3.0, Form
    /// behaviour).
    /// - Parameters:
    ///   - answers: what was filled in.
    ///   - surroundings: what formulas may know; nil for a form that has none.
    ///   - rows: how many rows a part has that may be empty.
    /// - Returns: the form as it stands. A formula that fails gives nothing and is named in ``WorkedForm/faults``.
    package func worked(
        _ answers: Answers, in surroundings: FormSurroundings?, rows: [String: Int] = [:]
    ) -> WorkedForm {
        guard isWorkedOut, let surroundings else { return WorkedForm(self, answers, rows: rows) }
        let plain = unrolled(by: answers, rows: rows)
        let run = FormRun(form: plain, surroundings: surroundings)
        var answers = answers
        var turn = run.turn(plain, answers)
        for _ in 1..<Self.mostTurns {
            let before = (answers, turn)
            answers = turn.applied(to: answers, of: plain)
            turn = run.turn(turn.shaped(plain), answers)
            if answers == before.0, turn.shut == before.1.shut { break }
        }
        let form = turn.shaped(plain)
        return WorkedForm(
            form: form, answers: answers, refused: turn.refused, warnings: turn.warnings, faults: run.faults)
    }
}

/// What one look at all formulas came to.
struct FormTurn {
    var shut: Set<String> = []
    var choices: [String: [Instrument.Option]] = [:]
    var calculated: [String: [Answer]] = [:]
    var refused: [FieldError] = []
    var warnings: [FieldError] = []

    /// Calculated answers stand where nobody can type; where somebody can, only as long as nothing is typed.
    func applied(to answers: Answers, of form: Instrument) -> Answers {
        var answers = answers
        for item in form.questions where item.formulas.calculated != nil {
            let isFixed = item.look.isReadOnly || item.look.isHidden
            if isFixed || answers[item.linkId]?.contains(where: { !$0.isBlank }) != true {
                answers[item.linkId] = calculated[item.linkId].flatMap { $0.isEmpty ? nil : $0 }
            }
        }
        return answers
    }

    func shaped(_ form: Instrument) -> Instrument {
        var form = form
        form.items = shaped(form.items, isShut: false)
        return form
    }

    private func shaped(_ items: [Instrument.Item], isShut: Bool) -> [Instrument.Item] {
        items.map { item in
            var item = item
            item.isShut = isShut || shut.contains(item.linkId)
            if let choices = choices[item.linkId] { item.options = choices }
            item.items = shaped(item.items, isShut: item.isShut)
            return item
        }
    }
}

/// Looks at the formulas of a form, again and again. Searches are made once.
final class FormRun {
    private let form: Instrument
    private let surroundings: FormSurroundings
    private var paths: [String: FHIRPath] = [:]
    private(set) var faults: [String] = []
    private var turn = FormTurn()
    private var answers: Answers = [:]
    private var root: JSONNode?

    init(form: Instrument, surroundings: FormSurroundings) {
        self.form = form
        self.surroundings = surroundings
    }

    func turn(_ form: Instrument, _ answers: Answers) -> FormTurn {
        turn = FormTurn()
        faults = []
        let kept = form.kept(answers)
        self.answers = kept
        let response = JSON.compact([
            "resourceType": "QuestionnaireResponse", "questionnaire": .string(form.canonical), "status": "in-progress",
            "item": form.answered(form.items, kept, nil, all: true).map(JSON.array),
        ])
        guard let root = try? response.document().root else { return turn }
        self.root = root
        let known = defined(form.variables, at: root, type: nil, surroundings.variables(of: form), of: "the form")
        walk(form.items, root.list("item"), known)
        return turn
    }

    /// What an expression gives where an item stands; nothing when it fails, which is told.
    func values(
        _ expression: FormExpression, at node: JSONNode, type: String?, _ known: [String: [FHIRPathValue]],
        of place: String
    ) -> [FHIRPathValue] {
        do {
            switch expression.language {
            case .path:
                guard let parsed = expression.parsed.first else { return [] }
                return try evaluate(parsed, at: node, type, known)
            case .query:
                var text = expression.pieces.first ?? ""
                for (place, parsed) in expression.parsed.enumerated() {
                    let found = try evaluate(parsed, at: node, type, known).compactMap(\.text)
                    // Nothing to search for is not everything.
                    guard !found.isEmpty else { return [] }
                    text += found.map(Self.escaped).joined(separator: ",")
                    text += expression.pieces.indices.contains(place + 1) ? expression.pieces[place + 1] : ""
                }
                return try surroundings.search(text).map {
                    [FHIRPathValue(resource: $0, definitions: surroundings.definitions)]
                } ?? []
            }
        } catch {
            faults.append("\(place): \(expression.name ?? "a formula") could not be worked out: \(Self.words(error))")
            return []
        }
    }

    private static func words(_ error: any Error) -> String {
        (error as? FHIRPathError)?.description ?? "the records could not be searched."
    }

    private func evaluate(
        _ parsed: ParsedFHIRPath, at node: JSONNode, _ type: String?, _ known: [String: [FHIRPathValue]]
    ) throws(FHIRPathError) -> [FHIRPathValue] {
        let path = paths[parsed.text] ?? FHIRPath(parsed, definitions: surroundings.definitions)
        paths[parsed.text] = path
        let environment = FHIRPathEnvironment(variables: known, now: surroundings.now)
        return try path.evaluate(
            on: node, type: type, resource: root, environment: environment, budget: FormSurroundings.budget)
    }

    func defined(
        _ variables: [FormExpression], at node: JSONNode, type: String?, _ known: [String: [FHIRPathValue]],
        of place: String
    ) -> [String: [FHIRPathValue]] {
        var known = known
        for variable in variables {
            guard let name = variable.name else { continue }
            known[name] = values(variable, at: node, type: type, known, of: place)
        }
        return known
    }

    private static let itemType = "QuestionnaireResponse.item"

    private func walk(_ items: [Instrument.Item], _ nodes: [JSONNode], _ known: [String: [FHIRPathValue]]) {
        for (item, node) in zip(items, nodes) {
            let formulas = item.formulas
            let known =
                formulas.variables.isEmpty
                ? known : defined(formulas.variables, at: node, type: Self.itemType, known, of: item.linkId)
            func values(_ expression: FormExpression) -> [FHIRPathValue] {
                self.values(expression, at: node, type: Self.itemType, known, of: item.linkId)
            }
            if let enabled = formulas.enabled {
                let found = values(enabled)
                if found.isEmpty || found.contains(where: { $0.bool == false }) { turn.shut.insert(item.linkId) }
            }
            var item = item
            if let choices = formulas.choices {
                item.options = item.options(from: values(choices), keeping: answers[item.linkId] ?? [])
                turn.choices[item.linkId] = item.options
            }
            if let calculated = formulas.calculated {
                turn.calculated[item.linkId] = item.answers(from: values(calculated))
            }
            let isAnswered = item.kind == .group || answers[item.linkId] != nil
            for constraint in item.limits.constraints where isAnswered && !item.isShut {
                if values(constraint.expression).contains(where: { $0.bool == false }) {
                    let error = FieldError(linkId: item.linkId, message: constraint.message)
                    if constraint.isError { turn.refused.append(error) } else { turn.warnings.append(error) }
                }
            }
            if !item.items.isEmpty {
                let inner = item.kind == .group ? node.list("item") : node.list("answer").first?.list("item") ?? []
                walk(item.items, inner, known)
            }
        }
    }

    /// As it stands in the value of a search: `,`, `$`, `|` and `&` are part of the value.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 47, 58: out.unicodeScalars.append(Unicode.Scalar(byte))
            case 44, 36, 124, 92: out += "%5C%" + String(byte, radix: 16, uppercase: true)
            default: out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}
