package import FHIR
package import Records

/// What formulas of a form may know beside its answers: the person, who fills it in, the contact, and searches of the
/// records, each with the reach of whoever looks.
package final class FormSurroundings {
    let reader: Reader
    let now: Int64
    private let patient: Resource
    private let user: JSONNode?
    private let encounter: JSONNode?
    private var asked: [String: JSONNode] = [:]

    /// The most searches that one form may make, and the most resources that one of them gives.
    static let mostSearches = 20
    static let mostFound = 100
    /// How much work a formula may be.
    static let budget = FHIRPathBudget(steps: 300_000, items: 20_000, text: 100_000)

    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - user: who fills in, `Practitioner/ruth`; what the caller does not reach is not there.
    ///   - encounter: the contact in which it happens.
    ///   - reader: the caller's look at the records.
    ///   - now: milliseconds since 1970.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``
    package init(
        person: String, user: String?, encounter: String? = nil, reader: Reader, now: Int64
    ) throws {
        self.reader = reader
        self.now = now
        patient = try reader.get("Patient", person)
        self.user = try reader.find(reference: user)?.root
        self.encounter = try reader.find(reference: encounter)?.root
    }

    var definitions: Definitions { reader.definitions }

    /// `%patient`, `%user`, `%encounter` and `%questionnaire`; what there is not is empty.
    func variables(of form: Instrument) -> [String: [FHIRPathValue]] {
        func one(_ node: JSONNode?) -> [FHIRPathValue] {
            node.map { [FHIRPathValue(resource: $0, definitions: definitions)] } ?? []
        }
        return [
            "patient": one(patient.root), "user": one(user), "encounter": one(encounter),
            "questionnaire": one(form.questionnaire.root),
        ]
    }

    /// The Bundle of a search, or the resource at an address, in SDC's `application/x-fhir-query`.
    /// - Parameter query: `Observation?patient=5&code=8310-5`, or `Practitioner/5`.
    /// - Returns: nil for an address at which the caller finds nothing.
    /// - Throws: `FHIRPathError` for a search that cannot be made, or one too many; what the database reports.
    func search(_ query: String) throws -> JSONNode? {
        if let known = asked[query] { return known }
        guard asked.count < Self.mostSearches else {
            throw FHIRPathError.tooCostly("A form may search \(Self.mostSearches) times.")
        }
        let found = try run(query)
        asked[query] = found
        return found
    }

    private func run(_ query: String) throws -> JSONNode? {
        let parts = query.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let address = parts[0].drop { $0 == "/" }
        if parts.count == 1 { return try reader.find(reference: String(address))?.root }
        guard definitions.resourceTypes.contains(String(address)) else {
            throw FHIRPathError.execution("\(address) is not a type that can be searched.")
        }
        do {
            var search = try SearchParser(definitions: definitions).parse(
                try SearchPairs.read(Array(parts[1].utf8)), in: .type(String(address)), now: now)
            search.count = min(search.count, Self.mostFound)
            let page = try reader.search(search)
            let entries = try (page.matches + page.includes).map { text -> JSON in
                ["resource": try text.value()]
            }
            let bundle = JSON.compact([
                "resourceType": "Bundle", "type": "searchset", "entry": entries.isEmpty ? nil : .array(entries),
            ])
            return try bundle.document().root
        } catch let refusal as SearchRefusal {
            throw FHIRPathError.execution(refusal.issues.map(\.diagnostics).joined(separator: " "))
        }
    }

    /// The newest Observation of one of these codes that is final and not older than so many days.
    func newest(_ codes: [Instrument.Coding], days: Int) throws -> Resource? {
        let since = now - Int64(days) * 86_400_000
        var best: (Int64, Resource)?
        for observation in try reader.person(patient.id, ["Observation"]).all("Observation") {
            let root = observation.root
            guard ["final", "amended", "corrected"].contains(root.text("status")),
                let moment = root.text("effectiveDateTime") ?? root.text("effectivePeriod", "start"),
                let at = FHIRDate(moment)?.low, at >= since, at > best?.0 ?? .min,
                (root["code"]?.list("coding") ?? []).contains(where: { coding in
                    codes.contains { $0.code == coding.text("code") && $0.system == coding.text("system") }
                })
            else { continue }
            best = (at, observation)
        }
        return best?.1
    }

    /// Where in the records a value stands, for whoever is to confirm it: what it is, and of when.
    func origin(_ value: FHIRPathValue) -> (words: String, date: String?)? {
        guard let node = value.node else { return nil }
        let root = node.document.root
        if root.text("resourceType") == "Bundle" {
            let place = node.raw.startIndex
            let holder = root.list("entry").compactMap { $0["resource"] }.first { $0.raw.indices.contains(place) }
            return holder.map { Self.named($0) }
        }
        return Self.named(root)
    }

    static func named(_ root: JSONNode) -> (words: String, date: String?) {
        let words =
            switch root.text("resourceType") {
            case "Patient": "who the person is, in the records"
            case "Observation": "a reading in the records"
            case "Condition": "problems in the records"
            case "MedicationRequest", "MedicationStatement": "medicines in the records"
            case "AllergyIntolerance": "allergies in the records"
            case "QuestionnaireResponse": "an earlier form"
            case "Practitioner": "who works here"
            default: "the records"
            }
        let paths = [
            ["effectiveDateTime"], ["effectivePeriod", "start"], ["authored"], ["authoredOn"], ["recordedDate"],
            ["onsetDateTime"], ["period", "start"], ["date"],
        ]
        return (words, paths.lazy.compactMap { root.at($0)?.string }.first)
    }
}
