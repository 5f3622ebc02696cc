import FHIR
import Records

extension KnownFacts {
    /// How a criterion stands.
    package func verdict(_ criterion: Criterion) -> Criterion.Verdict {
        criterion.verdict(values) { answer($0).verdict }
    }

    /// The checklist behind the verdict, in the order of the file.
    package func lines(_ criterion: Criterion) -> [Criterion.Line] {
        criterion.lines(values) { answer($0).verdict }
    }

    /// What shows how a line stands; nil where nothing on file does.
    package func evidence(_ line: Criterion.Line) -> Evidence? {
        if let fact = line.fact { return evidence[fact] }
        return line.asked.flatMap { answer($0).evidence }
    }

    /// The number of a path over the facts, such as who goes first; nil when it is none.
    func number(_ path: PathCriterion) -> Double? {
        guard let values = try? evaluate(path), values.count == 1 else { return nil }
        return values.first?.double.flatMap { $0.isFinite ? $0 : nil }
    }

    private func answer(_ question: RecordCriterion) -> (verdict: Criterion.Verdict, evidence: Evidence?) {
        switch question {
        case .path(let path): answer(path)
        case .found(let found): answer(found)
        }
    }

    // MARK: A path

    private func answer(_ path: PathCriterion) -> (verdict: Criterion.Verdict, evidence: Evidence?) {
        let known = path.facts.compactMap { evidence[$0] }
        let shown =
            known.isEmpty
            ? nil
            : Evidence(
                text: known.map(\.text).joined(separator: "; "), at: known.compactMap(\.at).max(),
                reference: known.count == 1 ? known.first?.reference : nil)
        do throws(FHIRPathError) {
            let values = try evaluate(path)
            guard values.count == 1, let value = values.first else { return (.unknown, shown) }
            // One value that is not a boolean counts as true (FHIRPath N1 §4.5).
            return (value.bool ?? true ? .met : .notMet, shown)
        } catch {
            return (.unknown, Evidence(text: "It could not be worked out: \(error.description)", at: nil))
        }
    }

    private func evaluate(_ path: PathCriterion) throws(FHIRPathError) -> [FHIRPathValue] {
        guard let patient = record.patient else { return [] }
        var environment = environment
        for fact in path.facts {
            environment.variables[fact.variable] = values[fact].flatMap { FHIRPathValue($0) }.map { [$0] } ?? []
        }
        for type in path.types {
            environment.variables[type] = record.all(type).filter(Self.counts).map {
                FHIRPathValue(resource: $0.root, definitions: definitions)
            }
        }
        return try path.path.evaluate(on: patient.root, environment: environment, budget: Self.budget)
    }

    private var environment: FHIRPathEnvironment {
        let day = FHIRPathValue(day: CalendarDay(daysSinceEpoch: FHIRDate.days(now)))
        return FHIRPathEnvironment(variables: ["today": day.map { [$0] } ?? []], now: now)
    }

    /// A criterion is short; a record may be long.
    private static let budget = FHIRPathBudget(steps: 500_000, items: 50_000, text: 100_000)

    // MARK: What is found

    private func answer(_ found: FoundCriterion) -> (verdict: Criterion.Verdict, evidence: Evidence?) {
        do throws(FHIRPathError) {
            let all = try resources(found)
            let newest = all.max { $0.at < $1.at }
            let shown = newest.map {
                Evidence(text: Self.words($0.resource), at: $0.when, reference: $0.resource.reference)
            }
            if let condition = found.newest {
                guard let newest else { return (.unknown, nil) }
                let verdict = try condition.condition(
                    on: newest.resource.root, environment: environment, budget: Self.budget)
                return (verdict.map { $0 ? .met : .notMet } ?? .unknown, shown)
            }
            let verdict: Criterion.Verdict =
                found.comparison.holds(Double(all.count), Double(found.count)) ? .met : .notMet
            guard all.count > 1, let shown else { return (verdict, shown ?? Evidence(text: "None on file", at: nil)) }
            return (
                verdict,
                Evidence(
                    text: "\(all.count) on file, the newest: \(shown.text)", at: shown.at, reference: shown.reference)
            )
        } catch {
            return (.unknown, Evidence(text: "It could not be worked out: \(error.description)", at: nil))
        }
    }

    private func resources(
        _ found: FoundCriterion
    ) throws(FHIRPathError) -> [(resource: Resource, at: Int64, when: Int64?)] {
        let since = found.within.map {
            FHIRDate.millis($0.since(CalendarDay(daysSinceEpoch: FHIRDate.days(now))))
        }
        var all: [(resource: Resource, at: Int64, when: Int64?)] = []
        for resource in record.all(found.type) where Self.counts(resource) {
            let root = resource.root
            guard found.codes.isEmpty || Self.isCoded(root, found) else { continue }
            let when = found.dated.lazy.compactMap { CareMoment.of(root.at($0.json)?.string) }.first
            if let since {
                // What has no date, or one to come, is not within any time.
                guard let when, when >= since, when <= now else { continue }
            }
            if let condition = found.condition {
                let isSo = try condition.isTrue(on: root, environment: environment, budget: Self.budget)
                guard isSo else { continue }
            }
            all.append((resource, when ?? .min, when))
        }
        return all
    }

    private static func isCoded(_ root: JSONNode, _ found: FoundCriterion) -> Bool {
        for element in found.coded {
            guard let name = element.json.first, let node = root[name] else { continue }
            for concept in node.kind == .array ? Array(node.elements) : [node] {
                for coding in concept.list("coding") {
                    guard let code = coding.text("code") else { continue }
                    let token = coding.text("system").map { "\($0)|\(code)" }
                    if found.codes.contains(where: { $0 == code || $0 == token }) { return true }
                }
            }
        }
        return false
    }

    /// Neither entered in error, cancelled nor refuted.
    private static func counts(_ resource: Resource) -> Bool {
        let root = resource.root
        switch root.text("status") {
        case "entered-in-error", "cancelled": return false
        default: break
        }
        switch root.text("verificationStatus", "coding", "code") {
        case "entered-in-error", "refuted": return false
        default: return true
        }
    }

    /// What a record is, in a few words: its name and its value.
    private static func words(_ resource: Resource) -> String {
        let root = resource.root
        let name =
            root["code"]?.conceptText ?? root.list("type").lazy.compactMap(\.conceptText).first
            ?? root["type"]?.conceptText ?? root["medicationCodeableConcept"]?.conceptText
            ?? root["vaccineCode"]?.conceptText ?? root.text("description", "text") ?? resource.type
        let quantity = root["valueQuantity"]
        guard let digits = quantity?["value"]?.digits else {
            return root["valueCodeableConcept"]?.conceptText.map { "\(name): \($0)" } ?? name
        }
        return [name, digits, quantity?.text("unit")].compactMap { $0 }.joined(separator: " ")
    }
}
