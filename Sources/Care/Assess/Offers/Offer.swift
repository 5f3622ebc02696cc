package import Content

/// Something that a result asks for and that the team decides on. Content/offers/offers.yaml
package struct Offer: Sendable, Equatable {
    /// Which results it is made for.
    package enum When: Sendable, Equatable {
        case positive
        case bands([String])
        case danger(String)
        case scale(String)
        case need(String)
    }

    package enum What: Sendable, Equatable {
        case task(title: String, dueInDays: Int)
        /// A goal or a step of the plan library, by pack and item.
        case goal(pack: String, item: String)
        case step(pack: String, item: String)
        /// The name of a form.
        case instrument(String)
        /// The id of a programme.
        case programme(String)
        /// A category of the Gravity SDOH guide, written down as a health concern.
        case need(String)

        /// What it is called beside its title.
        package var word: String {
            switch self {
            case .task: "Task"
            case .goal: "Goal"
            case .step: "Step of the plan"
            case .instrument: "Form"
            case .programme: "Programme"
            case .need: "Need"
            }
        }

        /// Whether title and day can be changed before it is accepted.
        package var canChange: Bool {
            switch self {
            case .task, .goal, .step: true
            case .instrument, .programme, .need: false
            }
        }
    }

    /// Stays the same for good: `phq-9/repeat`, `need/food-insecurity/food`.
    package let id: String
    package let when: When
    package let what: What

    /// Whether a result asks for it.
    package func isFor(_ screening: Screening) -> Bool {
        switch when {
        case .positive: screening.verdict == .positive
        case .bands(let names): screening.band.map { names.contains($0.severity) } ?? false
        case .danger(let kind): screening.safety.contains { $0.kind == kind }
        case .scale(let name): screening.scales.contains { $0.scale.name == name && $0.isPositive }
        case .need(let category): screening.needs.contains { $0.category == category }
        }
    }
}

/// All offers, by the form whose results ask for them.
package struct OfferLibrary: Sendable {
    package struct Reason: Sendable, Equatable {
        package let code: String
        package let words: String
    }

    package static let file = "offers/offers.yaml"

    package let declineReasons: [Reason]
    /// Link ids of questions whose answer in free words names a barrier.
    package let barriers: [String]
    private let byForm: [String: [Offer]]
    private let forNeeds: [Offer]

    /// The offers of a form, those for needs behind them.
    package func offers(of form: String) -> [Offer] { (byForm[form] ?? []) + forNeeds }

    /// - Parameters:
    ///   - root: the file.
    ///   - instruments: the forms and slots that it speaks of.
    ///   - plans: the packs whose goals and steps it names.
    ///   - programs: the programmes that it names.
    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(
        _ root: ContentField, instruments: InstrumentLibrary, plans: PlanLibrary, programs: [String]
    ) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "declineReasons", "forms", "needs",
            "barriers",
        ])
        guard try root["kind"].text() == "offers" else { throw root["kind"].problem("it is not offers") }
        _ = try ContentOrigin(root)
        var reasons: [Reason] = []
        for field in try root["declineReasons"].list() {
            reasons.append(Reason(code: try field["code"].text(), words: try field["words"].text()))
        }
        guard !reasons.isEmpty else { throw root["declineReasons"].problem("there are none") }
        declineReasons = reasons
        barriers = try root["barriers"].texts()
        var check = OfferCheck(instruments: instruments, plans: plans, programs: programs)
        var byForm: [String: [Offer]] = [:]
        for (form, list) in try root["forms"].members() {
            for field in try list.list() { byForm[form, default: []].append(try check.offer(field, of: form)) }
        }
        self.byForm = byForm
        var needs: [Offer] = []
        for (category, list) in try root["needs"].members() {
            for field in try list.list() { needs.append(try check.offer(field, forNeed: category)) }
        }
        forNeeds = needs
    }
}

/// Reads offers, and looks whether what they name is there.
private struct OfferCheck {
    let instruments: InstrumentLibrary
    let plans: PlanLibrary
    let programs: [String]
    private var seen: Set<String> = []

    init(instruments: InstrumentLibrary, plans: PlanLibrary, programs: [String]) {
        self.instruments = instruments
        self.plans = plans
        self.programs = programs
    }

    private func rules(_ form: String) -> Scoring? {
        instruments[form]?.scoring ?? instruments.slots.first { $0.name == form }?.scoring
    }

    private func isForm(_ name: String) -> Bool {
        instruments[name] != nil || instruments.slots.contains { $0.name == name }
    }

    mutating func offer(_ field: ContentField, of form: String) throws(ContentProblem) -> Offer {
        guard let rules = rules(form) else { throw field.problem("\(form) is no form with a score") }
        let when: Offer.When
        if field["bands"].isPresent {
            let names = try field["bands"].texts()
            let key = rules.keyQuestions.map { [$0.positive, $0.clear] } ?? []
            let known = Set((rules.bands + key).map(\.severity))
            if let odd = names.first(where: { !known.contains($0) }) {
                throw field["bands"].problem("\"\(odd)\" is no band of \(form)")
            }
            when = .bands(names)
        } else if field["danger"].isPresent {
            let kind = try field["danger"].text()
            guard rules.safety.contains(where: { $0.kind == kind }) else {
                throw field["danger"].problem("no answer of \(form) means it")
            }
            when = .danger(kind)
        } else if field["scale"].isPresent {
            let name = try field["scale"].text()
            guard rules.scales.contains(where: { $0.name == name }) else {
                throw field["scale"].problem("\(form) has no such part")
            }
            when = .scale(name)
        } else {
            when = .positive
        }
        return try make(field, "\(form)/", when)
    }

    mutating func offer(_ field: ContentField, forNeed category: String) throws(ContentProblem) -> Offer {
        guard SocialNeedName.of(category) != nil else { throw field.problem("\(category) is no need that has a name") }
        return try make(field, "need/\(category)/", .need(category))
    }

    private mutating func make(
        _ field: ContentField, _ place: String, _ when: Offer.When
    ) throws(ContentProblem) -> Offer {
        try field.allow([
            "id", "bands", "danger", "scale", "kind", "title", "dueInDays", "pack", "item", "form", "programme", "need",
        ])
        let id = place + (try field["id"].text())
        guard seen.insert(id).inserted else { throw field["id"].problem("it is there twice") }
        return Offer(id: id, when: when, what: try what(field))
    }

    private func what(_ field: ContentField) throws(ContentProblem) -> Offer.What {
        switch try field["kind"].text() {
        case "task":
            let days = try field["dueInDays"].int()
            guard (0...365).contains(days) else { throw field["dueInDays"].problem("days are 0 to 365") }
            return .task(title: try field["title"].text(), dueInDays: days)
        case "goal":
            let (pack, item) = (try pack(field), try field["item"].text())
            guard pack.goals.contains(where: { $0.id == item }) else {
                throw field["item"].problem("\(pack.id) has no such goal")
            }
            return .goal(pack: pack.id, item: item)
        case "step":
            let (pack, item) = (try pack(field), try field["item"].text())
            guard pack.interventions.contains(where: { $0.id == item }) else {
                throw field["item"].problem("\(pack.id) has no such step")
            }
            return .step(pack: pack.id, item: item)
        case "instrument":
            let form = try field["form"].text()
            guard isForm(form) else { throw field["form"].problem("there is no such form") }
            return .instrument(form)
        case "programme":
            let id = try field["programme"].text()
            guard programs.contains(id) else { throw field["programme"].problem("there is no such programme") }
            return .programme(id)
        case "need":
            let need = try field["need"].text()
            guard SocialNeedName.of(need) != nil else { throw field["need"].problem("it is no need that has a name") }
            return .need(need)
        default:
            throw field["kind"].problem("it is task, goal, step, instrument, programme or need")
        }
    }

    private func pack(_ field: ContentField) throws(ContentProblem) -> PlanPack {
        guard let pack = plans[try field["pack"].text()] else { throw field["pack"].problem("there is no such pack") }
        return pack
    }
}
