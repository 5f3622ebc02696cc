import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// The plan on one sheet for the refrigerator door.
struct PlanPrint: Sendable {
    let page: PlanPage

    struct Model {
        struct Goal {
            let words: String
            let steps: [String]
            let by: String
        }

        struct Medicine {
            let name: String
            let how: String
            let why: String
        }

        struct Date {
            let when: String
            let what: String
        }

        struct Says {
            let mine = "What matters to me"
            let goals = "My goals"
            let daily = "My medicines"
            let name = "Medicine"
            let how = "How I take it"
            let why = "What it is for"
            let next = "Next"
            let back = "Back to the plan"
            let print = "Print"
            let file = "Save as PDF"
        }

        var page: PageFrame
        let backHref: String
        /// The same as a file; nil where this site makes none.
        let file: String?
        let name: String
        let printed: String
        let version: String
        let matters: String?
        let goals: [Goal]
        let medicines: [Medicine]
        let medicinesNote = "We have not yet checked this list with you. Ask us before you change anything."
        let warnings: [PlanLines.Text]
        let warnTitle = "When to call us"
        let callLine: String
        let emergency: String
        let dates: [Date]
        /// What the law wants to go with a copy.
        let notices: [String]
        let says = Says()
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try page.services.pages.response(try await model(context), "plan-print")
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        let paper = PaperFile(services: page.services)
        var model = try await model(context)
        model.page.sheet = paper.sheet
        return try await paper.response(model, "plan-print", name: "plan")
    }

    private func model(_ context: StaffContext) async throws -> Model {
        let services = page.services
        let seen = try await page.look(try context.part("id"), context)
        let now = services.now()
        let zone = services.zone
        let names = try await StaffNames.read(services, try context.caller())
        let picture = seen.picture
        let words = picture.openSteps.compactMap(\.details.personWords).flatMap(Self.sentences)
        let calls = Self.unique(words.filter { $0.hasPrefix("Call us") })
        let emergencies = Self.unique(words.filter { $0.hasPrefix("Call ") && !$0.hasPrefix("Call us") })
        let safety = services.care.instruments["phq-9"]?.scoring?.safety.first
        let number = safety?.emergencyLine ?? "911"
        let crisis = safety.map { " Call or text \($0.crisisLine) at any hour if you think of harming yourself." } ?? ""
        let manager = seen.careManager
        let name = manager.flatMap { names.name($0.reference) ?? Words.spokenName($0.root) }
        let phone = manager?.root.list("telecom").first { $0["system"]?.string == "phone" }?["value"]?.string
        let caller = try context.caller().name
        return Model(
            page: PageFrame("My plan", context), backHref: "/people/\(seen.record.id)/plan",
            file: services.printer.map { _ in "/people/\(seen.record.id)/plan/print.pdf" },
            name: seen.record.patient.map { Words.spokenName($0.root) } ?? "Name not recorded",
            printed: "Printed \(Self.longDay(now, zone))",
            version: Self.version(picture, zone),
            matters: picture.matters?.words,
            goals: picture.openGoals.map { goal in
                Model.Goal(
                    words: goal.words, steps: Self.unique(goal.steps.filter(\.isOpen).compactMap(Self.plain)),
                    by: Words.date(goal.target?.due, now: 0, zone: zone).map { "by \($0)" } ?? "")
            } + Self.others(picture),
            medicines: Self.medicines(seen, now, zone, names),
            warnings: (calls.isEmpty ? ["Call us when you feel worse and do not know why."] : calls)
                .map { PlanLines.Text(text: $0) },
            callLine: "\(name ?? caller): \(phone ?? "phone ____________________")",
            emergency: (emergencies.isEmpty
                ? "Call \(number) if you are in danger." : emergencies.joined(separator: " "))
                + crisis,
            dates: [picture.review?.due].compactMap(\.self).map {
                Model.Date(when: Self.longDay($0, zone), what: "We look at this plan together.")
            },
            notices: Set(
                PlanPicture.reads.flatMap(seen.record.all)
                    .flatMap { services.records.policy.labels.notices(on: $0.root) }
            ).sorted())
    }

    private static func version(_ picture: PlanPicture, _ zone: TimeZone) -> String {
        guard let plan = picture.plan, let changed = picture.changed else {
            return "No plan yet"
        }
        return "Version \(plan.version) of \(longDay(changed, zone)), \(Words.time(changed, zone: zone))"
    }

    /// "21 Nov 2026": paper does not know which year it is read in.
    private static func longDay(_ moment: Int64, _ zone: TimeZone) -> String {
        Words.day(Words.calendarDay(moment, zone: zone), today: nil)
    }

    /// What the person reads of a step; nil when it only says when to call, which stands in its own box.
    static func plain(_ step: PlanStep) -> String? {
        guard let words = step.details.personWords else {
            return step.title
        }
        let rest = sentences(words).filter { !$0.hasPrefix("Call ") }
        return rest.isEmpty ? nil : rest.joined(separator: " ")
    }

    private static func others(_ picture: PlanPicture) -> [Model.Goal] {
        let steps = picture.otherSteps.filter(\.isOpen).compactMap(plain)
        return steps.isEmpty ? [] : [Model.Goal(words: "What we do besides", steps: unique(steps), by: "")]
    }

    private static func medicines(
        _ seen: PlanPage.Seen, _ now: Int64, _ zone: TimeZone, _ names: StaffNames
    ) -> [Model.Medicine] {
        let lines = PlanLines(
            record: seen.record, picture: seen.picture, history: seen.history, names: names, now: now, zone: zone)
        let conditions = Dictionary(seen.record.all("Condition").map { ($0.reference, $0) }) { first, _ in first }
        var known: Set<String> = []
        return lines.medicines.compactMap { request in
            guard let name = Words.concept(request.root["medicationCodeableConcept"]), known.insert(name).inserted
            else {
                return nil
            }
            let reason = request.root.list("reasonReference").first?["reference"]?.string.flatMap { conditions[$0] }
            let why = Words.concept(request.root.list("reasonCode").first) ?? Words.concept(reason?.root["code"])
            return Model.Medicine(name: name, how: PlanLines.dose(request) ?? "Ask us", why: why ?? "Ask us")
        }
    }

    private static func sentences(_ text: String) -> [String] {
        text.split(separator: ".").map { String($0).trimmed }.filter { !$0.isEmpty }.map { "\($0)." }
    }

    static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}
