package import Content
package import FHIR

/// A programme people are enrolled in, with when one enters and leaves it, from Content/programs.
package struct Program: Sendable, Equatable {
    /// Short name, the file's name without ending: `complex-care`.
    package let id: String
    package let title: String
    package let origin: ContentOrigin
    package let summary: String
    /// What the person reads, at or below sixth grade.
    package let patientSummary: String
    package let needsConsent: Bool
    /// Days it lasts; nil when exit criteria alone end it.
    package let lengthDays: Int?
    /// Days from enrolment to the first contact, between contacts, between plan reviews and assessments.
    package let firstContactDays: Int
    package let contactEveryDays: Int
    package let planReviewDays: Int
    package let reassessDays: Int
    /// Days after graduation at which someone asks how it goes.
    package let afterCareDays: Int
    /// Attempts over so many days before someone may be called unreachable.
    package let outreachAttempts: Int
    package let outreachOverDays: Int
    /// Ids of the plan packs that are offered first.
    package let plans: [String]
    package let entry: Criterion
    package let exit: Criterion
    /// How many may be enrolled at once; nil: as many as come.
    package let seats: Int?
    /// Of programmes that exclude each other the one with the lower number goes first.
    package let rank: Int
    /// Ids of the programmes that nobody is in at the same time; it holds both ways.
    package let excludes: [String]
    /// Who goes first when there are fewer seats than people; nil: who has waited longest.
    package let priority: Priority?
    /// What is done before somebody is enrolled, beside the consents.
    package let steps: Criterion?
    /// Consents without which nobody is enrolled, `needsConsent` among them.
    package let consents: [ConsentKind]
    /// Days after a no during which nobody is proposed again.
    package let askAgainDays: Int

    /// Stands for the text of its file: another text gives another.
    package internal(set) var fingerprint = ""

    /// A number in FHIRPath; the highest goes first.
    package struct Priority: Sendable, Equatable {
        package let path: PathCriterion

        package var words: String { path.words }
    }

    init(_ root: ContentField, definitions: Definitions) throws(ContentProblem) {
        try root.allow([
            "kind", "id", "title", "source", "version", "licence", "effectiveFrom", "effectiveTo", "summary",
            "patientSummary", "needsConsent", "lengthDays", "firstContactDays", "contactEveryDays", "planReviewDays",
            "reassessDays", "afterCareDays", "outreach", "plans", "entry", "exit",
            "seats", "rank", "excludes", "priority", "requires", "askAgainDays",
        ])
        id = try root["id"].text()
        title = try root["title"].text()
        origin = try ContentOrigin(root)
        summary = try root["summary"].text()
        patientSummary = try root["patientSummary"].text()
        needsConsent = try root["needsConsent"].truth()
        lengthDays = root["lengthDays"].isPresent ? try root["lengthDays"].days() : nil
        firstContactDays = try root["firstContactDays"].days()
        contactEveryDays = try root["contactEveryDays"].days()
        planReviewDays = try root["planReviewDays"].days()
        reassessDays = try root["reassessDays"].days()
        afterCareDays = try root["afterCareDays"].days()
        outreachAttempts = try root["outreach"]["attempts"].int()
        outreachOverDays = try root["outreach"]["overDays"].days()
        plans = try root["plans"].texts()
        entry = try Criterion(root["entry"], definitions: definitions)
        exit = try Criterion(root["exit"], definitions: definitions)
        seats = try root["seats"].optionalInt()
        if let seats, seats < 1 {
            throw root["seats"].problem("at least one seat is needed; leave it out for no limit")
        }
        rank = try root["rank"].optionalInt() ?? 100
        excludes = try root["excludes"].texts()
        askAgainDays = root["askAgainDays"].isPresent ? try root["askAgainDays"].days() : 180
        let first = root["priority"]
        try first.allow(["path", "words"])
        priority =
            first.isPresent
            ? Priority(
                path: try PathCriterion(first, words: try first["words"].text(), definitions: definitions)) : nil
        let needs = root["requires"]
        try needs.allow(["consents", "steps"])
        var kinds: [ConsentKind] = needsConsent ? [.program] : []
        for field in try needs["consents"].list() {
            let kind = try field.oneOf(ConsentKind.self)
            guard ConsentKind.asked.contains(kind) else { throw field.problem("this consent is given elsewhere") }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        consents = kinds
        steps =
            needs["steps"].isPresent
            ? .all(try needs["steps"].list().criteria(definitions)) : nil
    }

    /// All criteria, for what they are worked out from.
    package var criteria: [Criterion] { [entry, exit] + (steps.map { [$0] } ?? []) }
}

extension [ContentField] {
    fileprivate func criteria(_ definitions: Definitions) throws(ContentProblem) -> [Criterion] {
        var all: [Criterion] = []
        for field in self { all.append(try Criterion(field, definitions: definitions)) }
        return all
    }
}

/// What a care team chooses from, from Content/programs/reasons.yaml.
package struct ProgramReasons: Sendable, Equatable {
    package let origin: ContentOrigin
    package let outreachOutcomes: [OutreachOutcome]
    package let declineReasons: [Reason]
    package let closingReasons: [ClosingReason]

    /// A code and its words.
    package struct Reason: Sendable, Equatable {
        package let code: String
        package let words: String
    }

    /// How an attempt to reach someone ended.
    package struct OutreachOutcome: Sendable, Equatable {
        package let code: String
        package let words: String
        /// Whether somebody was spoken with.
        package let reached: Bool
        /// What it asks for next, in plain words.
        package let asks: String?
    }

    /// Why a programme was closed.
    package struct ClosingReason: Sendable, Equatable {
        package let code: String
        package let words: String
        /// What must be written with it.
        package let asks: String?
        /// Whether the exit criteria are looked at first.
        package let checksExit: Bool
        /// Whether every sequence, reminder and letter stops at once.
        package let stopsEverything: Bool
        /// Whether someone asks some weeks later how it goes.
        package let afterCare: Bool
    }

    init(_ root: ContentField) throws(ContentProblem) {
        origin = try ContentOrigin(root)
        var outcomes: [OutreachOutcome] = []
        for field in try root["outreachOutcomes"].list() {
            try field.allow(["code", "words", "reached", "asks"])
            outcomes.append(
                OutreachOutcome(
                    code: try field["code"].text(), words: try field["words"].text(),
                    reached: try field["reached"].truth(), asks: try field["asks"].optionalText()))
        }
        var declined: [Reason] = []
        for field in try root["declineReasons"].list() {
            try field.allow(["code", "words"])
            declined.append(Reason(code: try field["code"].text(), words: try field["words"].text()))
        }
        var closing: [ClosingReason] = []
        for field in try root["closingReasons"].list() {
            try field.allow(["code", "words", "asks", "checksExit", "stopsEverything", "afterCare"])
            closing.append(
                ClosingReason(
                    code: try field["code"].text(), words: try field["words"].text(),
                    asks: try field["asks"].optionalText(), checksExit: try field["checksExit"].truth(or: false),
                    stopsEverything: try field["stopsEverything"].truth(or: false),
                    afterCare: try field["afterCare"].truth(or: false)))
        }
        outreachOutcomes = outcomes
        declineReasons = declined
        closingReasons = closing
        for (name, codes) in [
            ("outreachOutcomes", outcomes.map(\.code)), ("declineReasons", declined.map(\.code)),
            ("closingReasons", closing.map(\.code)),
        ] {
            guard !codes.isEmpty else { throw root[name].problem("the list is empty") }
            guard Set(codes).count == codes.count else { throw root[name].problem("a code is used twice") }
        }
    }
}

extension ContentField {
    /// `true` or `false`; what is absent is `fallback`, or fails when there is none.
    fileprivate func truth(or fallback: Bool? = nil) throws(ContentProblem) -> Bool {
        if let fallback, !isPresent { return fallback }
        switch try text() {
        case "true": return true
        case "false": return false
        default: throw problem("true or false is expected")
        }
    }
}
