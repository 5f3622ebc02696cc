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
                let act: String
            }

            let name: String
            let tone: String
            let signs: [Sign]
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
        let backHref: String
        /// The same as a file; nil where this site makes none.
        let file: String?
        let name: String
        let printed: String
        let version: String
        let matters: String?
        let goals: [Goal]
        let medicines: [Medicine]
        let medicinesNote: String
        let selfCare: [Care]
        let lights: [Light]
        let warnings: [PlanLines.Text]
        let warnTitle: String
        let callLine: String
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
        let says: PlanSheetWords
        let others: [Other]
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
        let asked = Form.query(of: request)["lang"]
        let says = PlanSheetWords(PlanLanguage(code: asked ?? seen.record.patient.flatMap { Self.language($0.root) }))
        let packs = PackFit.onPlan(
            picture, plans.effective(on: today.text), age: AssessedPerson(seen.record.patient, now: now).age)
        let words = picture.openSteps.compactMap(\.details.personWords).filter { plans.said($0, in: .en) == nil }
            .flatMap(Self.sentences)
        let calls = Self.unique(words.filter { $0.hasPrefix("Call us") })
        let emergencies = Self.unique(words.filter { $0.hasPrefix("Call ") && !$0.hasPrefix("Call us") })
        let manager = seen.careManager
        let name = manager.flatMap { names.name($0.reference) ?? Words.spokenName($0.root) }
        let phone = manager?.root.list("telecom").first { $0["system"]?.string == "phone" }?["value"]?.string
        let caller = try context.caller().name
        var frame = PageFrame(says.title, context)
        frame.lang = says.language.rawValue
        return Model(
            page: frame, backHref: "/people/\(seen.record.id)/plan",
            file: services.printer.map { _ in
                "/people/\(seen.record.id)/plan/print.pdf?lang=\(says.language.rawValue)"
            },
            name: seen.record.patient.map { Words.spokenName($0.root) } ?? says.noName,
            printed: says.printed(today),
            version: Self.version(seen, zone, says), matters: picture.matters?.words,
            goals: picture.openGoals.map { goal in
                Model.Goal(
                    words: plans.said(goal.words, in: says.language) ?? goal.words,
                    steps: Self.plain(goal.steps, plans, says.language),
                    by: goal.target?.due.flatMap { CalendarDay($0) }.map { says.by(says.long($0)) } ?? "")
            } + Self.others(picture, plans, says), medicines: Self.medicines(seen, now, zone, names, says),
            medicinesNote: says.medicinesNote,
            selfCare: packs.map { pack in
                Model.Care(
                    of: says.language.of(pack.called),
                    steps: pack.selfCare.map { PlanLines.Text(text: says.language.of($0)) })
            }, lights: Self.lights(packs, says.language),
            warnings: (calls.isEmpty ? [says.callWhen] : calls).map { PlanLines.Text(text: $0) },
            warnTitle: says.callUs, callLine: "\(name ?? caller): \(phone ?? "\(says.phone) ____________________")",
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
            portal: QRCode.svg(try WayIn.base(request, services) + "/portal", label: says.portal), says: says,
            others: PlanLanguage.allCases.filter { $0 != says.language }.map {
                Model.Other(
                    name: $0.ownName, lang: $0.rawValue,
                    href: "/people/\(seen.record.id)/plan/print?lang=\($0.rawValue)")
            })
    }

    /// The code of the preferred language of a person, else of the first one given.
    private static func language(_ patient: JSONNode) -> String? {
        let spoken = patient.list("communication")
        let best = spoken.first { $0["preferred"]?.bool == true } ?? spoken.first
        return best?["language"]?.list("coding").lazy.compactMap { $0["code"]?.string }.first
    }

    private static func lights(_ packs: [PlanPack], _ language: PlanLanguage) -> [Model.Light] {
        packs.isEmpty
            ? []
            : PlanPack.WarningSign.Light.allCases.map { light in
                Model.Light(
                    name: light.name(language), tone: light.rawValue,
                    signs: packs.flatMap { pack in
                        pack.warningSigns.filter { $0.light == light }.map {
                            Model.Light.Sign(
                                of: language.of(pack.called), see: language.of($0.see), act: language.of($0.act))
                        }
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

    private static func medicines(
        _ seen: PlanPage.Seen, _ now: Int64, _ zone: TimeZone, _ names: StaffNames, _ says: PlanSheetWords
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
            return Model.Medicine(name: name, how: PlanLines.dose(request) ?? says.askUs, why: why ?? says.askUs)
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
