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

        /// One light with what it means in each condition of the plan.
        struct Light {
            struct Sign {
                let of: String
                let see: String
            }

            /// What is done about some of the signs.
            struct Act {
                let act: String
                let signs: [Sign]
            }

            let name: String
            let tone: String
            let acts: [Act]
        }

        /// Whom to call.
        struct Call {
            let name: String
            let phone: String
        }

        struct Care {
            let of: String
            let steps: [PlanLines.Text]
        }

        struct Part {
            let title: String
            let text: String
        }

        /// The same sheet in another language.
        struct Other {
            let name: String
            let lang: String
            let href: String
        }

        let page: PageFrame
        /// "large" where it is printed larger, on as many pages as that takes.
        let size: String
        let backHref: String
        /// The same as a file; nil where this site makes none.
        let file: String?
        let otherSize: String
        let otherSizeWords: String
        let name: String
        let printed: String
        let version: String
        let matters: String?
        let goals: [Goal]
        /// Steps that belong to no goal, under a heading.
        let besides: [Goal]
        let medicines: [Medicine]
        let medicinesNote: String
        let selfCare: [Care]
        /// The red one, then the yellow one.
        let alarms: [Light]
        /// The green one: it is not looked for in a hurry.
        let well: [Light]
        let warnings: [PlanLines.Text]
        let warnTitle: String
        let call: Call
        let emergency: String
        let dates: [Date]
        /// What the law wants to go with a copy.
        let notices: [String]
        /// Parts of the plan that are told in words.
        let parts: [Part]
        /// Who signed and who agreed.
        let seals: [String]
        /// The way to the portal, for a phone's camera.
        let portal: String?
        /// Who works with the person, and where each is called.
        let team: [PlanPage.Model.Member]
        /// For the staff alone, never on paper: which texts are hard to read.
        let hard: [PlanLines.Text]
        let says: PlanSheetWords
        let others: [Other]
        /// Whether there is anything to read on the back.
        var hasBack = true
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try page.services.pages.response(try await model(request, context), "plan-print")
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await PaperFile(services: page.services)
            .response(try await model(request, context), "plan-print", name: "plan")
    }

    private func model(_ request: Request, _ context: StaffContext) async throws -> Model {
        let services = page.services
        let seen = try await page.look(try context.part("id"), context)
        let now = services.now()
        let zone = services.zone
        let names = try await StaffNames.read(services, try context.caller())
        let picture = seen.picture
        let plans = services.care.plans
        let today = SiteDay(zone: zone).today(now)
        let query = Form.query(of: request)
        let asked = query["lang"]
        let says = PlanSheetWords(
            PlanLanguage(code: asked ?? seen.record.patient.flatMap { Words.languageCode(of: $0.root) }))
        let packs = PackFit.onPlan(
            picture, plans.effective(on: today.text), age: AssessedPerson(seen.record.patient, now: now).age)
        let words = picture.openSteps.compactMap(\.details.personWords).filter { plans.said($0, in: .en) == nil }
            .flatMap(Self.sentences)
        let calls = Self.unique(words.filter { $0.hasPrefix("Call us") })
        let emergencies = Self.unique(words.filter { $0.hasPrefix("Call ") && !$0.hasPrefix("Call us") })
        let manager = seen.careManager
        let name = manager.flatMap { names.name($0.reference) ?? Words.spokenName($0.root) }
        let phone = TeamContact.phone(manager?.root)
        let lines = PlanLines(
            record: seen.record, picture: picture, history: seen.history, names: names, now: now, zone: zone)
        let lights = Self.lights(packs, says.language)
        let isLarge = query["size"] == "large"
        let caller = try context.caller().name
        var frame = PageFrame(says.title, context)
        frame.lang = says.language.rawValue
        let base = "/people/\(seen.record.id)/plan/print"
        var model = Model(
            page: frame, size: isLarge ? "large" : "", backHref: "/people/\(seen.record.id)/plan",
            file: services.printer.map { _ in
                "\(base).pdf?lang=\(says.language.rawValue)\(isLarge ? "&size=large" : "")"
            },
            otherSize: "\(base)?lang=\(says.language.rawValue)\(isLarge ? "" : "&size=large")",
            otherSizeWords: isLarge ? says.onePage : says.large,
            name: seen.record.patient.map { Words.spokenName($0.root) } ?? says.noName,
            printed: says.printed(today),
            version: Self.version(seen, zone, says), matters: picture.matters?.words,
            goals: picture.openGoals.map { goal in
                Model.Goal(
                    words: plans.said(goal.words, in: says.language) ?? goal.words,
                    steps: Self.plain(goal.steps, plans, says.language),
                    by: goal.target?.due.flatMap { CalendarDay($0) }.map { says.by(says.long($0)) } ?? "")
            }, besides: Self.others(picture, plans, says), medicines: Self.medicines(lines, says),
            medicinesNote: lines.isChecked ? says.medicinesChecked : says.medicinesNote,
            selfCare: packs.map { pack in
                Model.Care(
                    of: says.language.of(pack.called),
                    steps: pack.selfCare.map { PlanLines.Text(text: says.language.of($0)) })
            }, alarms: lights.filter { $0.tone != "green" }.reversed(), well: lights.filter { $0.tone == "green" },
            warnings: (calls.isEmpty ? [says.callWhen] : calls).map { PlanLines.Text(text: $0) },
            warnTitle: says.callUs,
            call: Model.Call(name: name ?? caller, phone: phone ?? "\(says.phone) ____________________"),
            emergency: (emergencies + [says.danger(plans.lines.emergency), says.crisis(plans.lines.crisis)])
                .joined(separator: " "),
            dates: [picture.review?.due].compactMap(\.self).map {
                Model.Date(when: says.long(Words.calendarDay($0, zone: zone)), what: says.review)
            },
            notices: Set(
                PlanPicture.reads.flatMap(seen.record.all)
                    .flatMap { services.records.policy.labels.notices(on: $0.root) }
            ).sorted(),
            parts: PlanPart.allCases.filter(\.isForPaper).compactMap { part in
                picture.parts[part].map { Model.Part(title: says.part(part), text: $0) }
            },
            seals: [PlanSeal.Kind.agreed, .signed].compactMap { kind in
                seen.seals.first { $0.kind == kind }.map {
                    says.seal(kind, $0.who, Words.calendarDay($0.at, zone: zone))
                }
            },
            portal: QRCode.svg(try WayIn.base(request, services) + "/portal", label: says.portal),
            team: PlanPage.team(seen.team.filter { !$0.isOfCircle }, names).map {
                PlanPage.Model.Member(name: $0.name, role: says.role($0.role), phone: $0.phone)
            }, hard: Self.hard(lines), says: says,
            others: PlanLanguage.allCases.filter { $0 != says.language }.map {
                Model.Other(
                    name: $0.ownName, lang: $0.rawValue,
                    href: "\(base)?lang=\($0.rawValue)\(isLarge ? "&size=large" : "")")
            })
        model.hasBack =
            model.goals.contains { !$0.steps.isEmpty } || !model.besides.isEmpty || !model.selfCare.isEmpty
            || !model.well.isEmpty || !model.parts.isEmpty || !model.team.isEmpty || !model.seals.isEmpty
            || !model.notices.isEmpty
        return model
    }

    private static func lights(_ packs: [PlanPack], _ language: PlanLanguage) -> [Model.Light] {
        packs.isEmpty
            ? []
            : PlanPack.WarningSign.Light.allCases.map { light in
                let signs = packs.flatMap { pack in
                    pack.warningSigns.filter { $0.light == light }.map {
                        (
                            act: language.of($0.act),
                            sign: Model.Light.Sign(of: language.of(pack.called), see: language.of($0.see))
                        )
                    }
                }
                return Model.Light(
                    name: light.name(language), tone: light.rawValue,
                    acts: unique(signs.map(\.act)).map { act in
                        Model.Light.Act(act: act, signs: signs.filter { $0.act == act }.map(\.sign))
                    })
            }
    }

    private static func version(_ seen: PlanPage.Seen, _ zone: TimeZone, _ says: PlanSheetWords) -> String {
        guard seen.picture.plan != nil, let version = seen.version else {
            return says.noPlan
        }
        return says.version(Words.calendarDay(version, zone: zone), Words.time(version, zone: zone))
    }

    static func plain(_ steps: [PlanStep], _ plans: PlanLibrary, _ language: PlanLanguage) -> [String] {
        unique(
            steps.filter(\.isOpen).compactMap { step in
                step.details.personWords.flatMap { plans.said($0, in: language) } ?? plain(step)
            })
    }

    /// What the person reads of a step; nil when it only says when to call, which stands in its own box.
    static func plain(_ step: PlanStep) -> String? {
        guard let words = step.details.personWords else {
            return step.title
        }
        let rest = sentences(words).filter { !$0.hasPrefix("Call ") }
        return rest.isEmpty ? nil : rest.joined(separator: " ")
    }

    private static func others(
        _ picture: PlanPicture, _ plans: PlanLibrary, _ says: PlanSheetWords
    ) -> [Model.Goal] {
        let steps = plain(picture.otherSteps, plans, says.language)
        return steps.isEmpty ? [] : [Model.Goal(words: says.besides, steps: steps, by: "")]
    }

    private static func medicines(_ lines: PlanLines, _ says: PlanSheetWords) -> [Model.Medicine] {
        lines.medicines.map {
            Model.Medicine(name: $0.name, how: lines.how($0) ?? says.askUs, why: lines.why($0) ?? says.askUs)
        }
    }

    /// Which of the texts that the team wrote are hard to read, for the staff.
    private static func hard(_ lines: PlanLines) -> [PlanLines.Text] {
        let picture = lines.picture
        let goals = picture.openGoals.map { ("Goal “\($0.words)”", $0.words) }
        let steps = picture.openSteps.compactMap { step in
            step.details.personWords.map { ("Step “\(step.title)”", $0) }
        }
        let parts = PlanPart.allCases.filter(\.isForPaper).compactMap { part in
            picture.parts[part].map { (part.title, $0) }
        }
        return (goals + steps + parts).compactMap { title, words in
            lines.hard(words).map { PlanLines.Text(text: "\(title). \($0)") }
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

extension PlanLanguage {
    /// As its speakers call it.
    var ownName: String {
        switch self {
        case .en: "English"
        case .es: "Español"
        }
    }
}
