package import Content

/// When in the day a medicine is taken.
package enum DayTime: String, Sendable, CaseIterable {
    case morning
    case noon
    case evening
    case bedtime
}

/// How people write down how a medicine is taken, and how it is said in plain words: `medicines/wording.yaml`.
package struct MedicineWording: Sendable {
    package struct Frequency: Sendable, Equatable {
        let id: String
        /// Times in so many days.
        let count: Int
        let days: Int
        let words: PlanWords
        let times: [DayTime]
    }

    struct Route: Sendable, Equatable {
        let id: String
        let words: PlanWords
    }

    struct Form: Sendable, Equatable {
        let id: String
        let route: String?
        let one: PlanWords
        let many: PlanWords
    }

    struct Unit: Sendable, Equatable {
        let id: String
        /// What it measures: amounts of one kind are comparable.
        let kind: String
        let factor: Double
    }

    /// Why somebody decides as they do.
    package struct Reason: Sendable, Equatable {
        package let id: String
        package let decisions: [MedicineDecision.Kind]
        /// For the staff.
        package let staff: String
        /// For the person; nil where it says nothing by itself.
        package let person: PlanWords?
    }

    /// What a phrase means.
    enum Meaning: Sendable, Equatable {
        case frequency(Frequency)
        case time(DayTime)
        case asNeeded
        case route(Route)
        case form(Form)
        case stopped
        case notTaken
        case lastTaken
    }

    struct Phrase<Value: Sendable>: Sendable {
        let words: [String]
        let value: Value
    }

    package static let file = "medicines/wording.yaml"
    package let origin: ContentOrigin
    package let reasons: [Reason]
    /// By their first word, the longest first.
    let phrases: [String: [Phrase<Meaning>]]
    let releases: [String: [Phrase<String>]]
    let units: [String: Unit]
    let numbers: [String: Double]
    let reasonAfter: Set<String>
    let fillers: Set<String>
    private let forms: [Form]
    private let routes: [Route]
    let times: [DayTime: PlanWords]
    let asNeeded: PlanWords

    /// - Throws: ``ContentProblem`` naming the field that is missing or wrong.
    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "frequencies", "times", "asNeeded",
            "routes", "forms", "releases", "units", "numbers", "stopped", "notTaken", "lastTaken", "reasonAfter",
            "fillers", "reasons",
        ])
        guard try root["kind"].text() == "medicine-wording" else {
            throw root["kind"].problem("it is not medicine-wording")
        }
        origin = try ContentOrigin(root)
        var phrases: [Phrase<Meaning>] = []
        func said(_ field: ContentField, _ meaning: Meaning) throws(ContentProblem) {
            for text in try field.texts() { phrases.append(Phrase(words: Self.words(text), value: meaning)) }
        }
        for field in try root["frequencies"].list() {
            try field.allow(["id", "count", "days", "en", "es", "times", "said"])
            let (count, days) = (try field["count"].int(), try field["days"].int())
            guard (1...24).contains(count), (1...365).contains(days) else {
                throw field.problem("count or days is out of range")
            }
            let frequency = Frequency(
                id: try field["id"].text(), count: count, days: days, words: try Self.both(field),
                times: try Self.dayTimes(field["times"]))
            try said(field["said"], .frequency(frequency))
        }
        var times: [DayTime: PlanWords] = [:]
        for field in try root["times"].list() {
            try field.allow(["id", "en", "es", "said"])
            let time = try field["id"].oneOf(DayTime.self)
            times[time] = try Self.both(field)
            try said(field["said"], .time(time))
        }
        self.times = times
        try root["asNeeded"].allow(["en", "es", "said"])
        asNeeded = try Self.both(root["asNeeded"])
        try said(root["asNeeded"]["said"], .asNeeded)
        var routes: [Route] = []
        for field in try root["routes"].list() {
            try field.allow(["id", "en", "es", "said"])
            let route = Route(id: try field["id"].text(), words: try Self.both(field))
            routes.append(route)
            try said(field["said"], .route(route))
        }
        self.routes = routes
        var forms: [Form] = []
        for field in try root["forms"].list() {
            try field.allow(["id", "route", "en", "es", "said"])
            let (en, es) = (try field["en"].texts(), try field["es"].texts())
            guard en.count == 2, es.count == 2 else {
                throw field.problem("en and es each give the word for one and for more")
            }
            let form = Form(
                id: try field["id"].text(), route: try field["route"].optionalText(),
                one: PlanWords(en: en[0], es: es[0]), many: PlanWords(en: en[1], es: es[1]))
            guard form.route.map({ id in routes.contains { $0.id == id } }) ?? true else {
                throw field["route"].problem("it is no route")
            }
            forms.append(form)
            try said(field["said"], .form(form))
        }
        self.forms = forms
        try said(root["stopped"], .stopped)
        try said(root["notTaken"], .notTaken)
        try said(root["lastTaken"], .lastTaken)
        self.phrases = Self.byFirst(phrases)
        var releases: [Phrase<String>] = []
        for field in try root["releases"].list() {
            try field.allow(["id", "en", "es", "said"])
            for text in try field["said"].texts() {
                releases.append(Phrase(words: Self.words(text), value: try field["id"].text()))
            }
        }
        self.releases = Self.byFirst(releases)
        var units: [String: Unit] = [:]
        for field in try root["units"].list() {
            try field.allow(["id", "of", "factor", "said"])
            let unit = Unit(
                id: try field["id"].text(), kind: try field["of"].text(), factor: try field["factor"].number())
            for text in try field["said"].texts() { units[text] = unit }
        }
        self.units = units
        var numbers: [String: Double] = [:]
        for (name, field) in try root["numbers"].members() { numbers[name] = try field.number() }
        self.numbers = numbers
        reasonAfter = Set(try root["reasonAfter"].texts())
        fillers = Set(try root["fillers"].texts())
        var reasons: [Reason] = []
        for field in try root["reasons"].list() {
            try field.allow(["id", "for", "staff", "en", "es"])
            var kinds: [MedicineDecision.Kind] = []
            for name in try field["for"].texts() {
                guard let kind = MedicineDecision.Kind(rawValue: name) else {
                    throw field["for"].problem("\(name) is no decision")
                }
                kinds.append(kind)
            }
            var person: PlanWords?
            if case .scalar(let text, _)? = field["en"].value, !text.isEmpty { person = try Self.both(field) }
            reasons.append(
                Reason(
                    id: try field["id"].text(), decisions: kinds, staff: try field["staff"].text(), person: person))
        }
        self.reasons = reasons
    }

    func route(_ id: String?) -> Route? { routes.first { $0.id == id } }
    func form(_ id: String?) -> Form? { forms.first { $0.id == id } }
    package func reason(_ id: String?) -> Reason? { reasons.first { $0.id == id } }

    private static func both(_ field: ContentField) throws(ContentProblem) -> PlanWords {
        PlanWords(en: try field["en"].text(), es: try field["es"].text())
    }

    private static func dayTimes(_ field: ContentField) throws(ContentProblem) -> [DayTime] {
        var times: [DayTime] = []
        for name in try field.texts() {
            guard let time = DayTime(rawValue: name) else {
                throw field.problem("\(name) is no time of day")
            }
            times.append(time)
        }
        return times
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split(separator: " ").map(String.init)
    }

    private static func byFirst<Value>(_ phrases: [Phrase<Value>]) -> [String: [Phrase<Value>]] {
        Dictionary(grouping: phrases) { $0.words.first ?? "" }.mapValues { all in
            all.sorted { $0.words.count > $1.words.count }
        }
    }
}
