import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Where a person, the family or a provider without an account asks for care management. The page never says whether
/// somebody is known here, and shows nothing of what was sent.
struct ReferPage: Sendable {
    let services: Services

    struct Model {
        struct Other {
            let href: String
            let text: String
            let lang: String
        }

        let page: PageFrame
        let site: String
        let intro: String?
        let done: String?
        let help: Bool
        let wrong: [PageFrame.FieldError]
        let heading: String
        let trap: String
        let lang: String
        let stamp: String
        let first: [Field]
        let second: [Field]
        let submit: String?
        let others: [Other]
    }

    private typealias Text = ReferralContent.Text
    /// Left empty by people, who do not see it.
    private static let trap = "website"
    private static let largestBody = 20_000

    func add(to routes: StaffRoutes) {
        routes.get("refer", use: show)
        routes.post("refer", use: send)
    }

    private func desk() throws -> PublicReferrals {
        guard let desk = services.publicReferrals else {
            throw HTTPError(.notFound)
        }
        return desk
    }

    private func language(_ form: Form) -> String {
        form["lang"].flatMap { services.care.referrals.languages.contains($0) ? $0 : nil } ?? "en"
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) throws -> Response {
        let query = Form.query(of: request)
        return try page(context, language(query), Form([]), sent: query["sent"])
    }

    @Sendable func send(_ request: Request, _ context: StaffContext) async throws -> Response {
        let desk = try desk()
        var request = request
        let form = Form(encoded: String(buffer: try await request.collectBody(upTo: Self.largestBody)))
        let language = language(form)
        func text(_ key: Text) -> String { services.care.referrals.text(key, in: language) }
        let now = services.now()
        do {
            let draft = try read(form, language)
            guard form[Self.trap] == nil else {
                throw PublicReferrals.Refusal.stamp
            }
            let key = try desk.take(
                form["stamp"] ?? "", from: ClientPlace.address(request, context, services), at: now)
            let isDanger = services.care.referrals.speaksOfDanger(draft.reason)
            let verb = ReceiveReferral(
                about: .written(draft.person), source: draft.source, sender: draft.sender,
                senderPhone: draft.senderPhone, program: draft.program, reason: draft.reason, isUrgent: isDanger,
                key: key, content: services.care.referrals)
            let caller = Caller.system("public referral form").at(
                address: ClientPlace.address(request, context, services))
            _ = try await services.records.write(as: caller, at: now) { try verb.perform(in: $0) }
            return .seeOther("/refer?sent=\(isDanger ? "help" : "yes")&lang=\(language)")
        } catch let problems as FormProblems {
            return try page(context, language, form, problems: problems)
        } catch PublicReferrals.Refusal.stamp {
            return try page(
                context, language, form, problems: FormProblems("reason", text(.again)), status: .unprocessableContent)
        } catch PublicReferrals.Refusal.tooMany {
            return try page(
                context, language, form, problems: FormProblems("reason", text(.tooMany)), status: .tooManyRequests)
        }
    }

    private struct Draft {
        let person: ReceiveReferral.Person
        let source: Referral.Source
        let sender: String?
        let senderPhone: String?
        let program: Program?
        let reason: String
    }

    private func read(_ form: Form, _ language: String) throws -> Draft {
        func text(_ key: Text) -> String { services.care.referrals.text(key, in: language) }
        var problems: [FormProblems.Problem] = []
        func need(_ field: String, _ isThere: Bool, _ key: Text) {
            if !isThere, !problems.contains(where: { $0.field == field }) {
                problems.append(.init(field, text(key)))
            }
        }
        let source = form["who"].flatMap(Referral.Source.init)
        let days = form["birth"].map(TypedDate.days) ?? []
        for field in ["given", "family-name", "birth", "phone", "sender", "sender-phone", "postcode", "language"] {
            need(field, (form[field] ?? "").count <= 100, .tooLong)
        }
        need("reason", (form["reason"] ?? "").count <= ReceiveReferral.longest, .tooLong)
        need("who", source != nil && source != .program, .needWho)
        need("given", form["given"] != nil, .needName)
        need("family-name", form["family-name"] != nil, .needName)
        need("birth", !days.isEmpty, .needBirth)
        need("sender", source == .person || form["sender"] != nil, .needSender)
        let reach = [form["phone"], form["sender-phone"]].compactMap { $0 }
        need("sender-phone", reach.contains { SearchKeys.digits(of: $0).utf8.count >= 7 }, .needReach)
        need("reason", form["reason"] != nil, .needReason)
        try FormProblems(problems).check()
        return Draft(
            person: ReceiveReferral.Person(
                given: form["given"] ?? "", family: form["family-name"] ?? "", birth: days.first, phone: form["phone"],
                postcode: form["postcode"], language: form["language"].flatMap { Self.languages[$0] == nil ? nil : $0 }),
            source: source ?? .family, sender: form["sender"], senderPhone: form["sender-phone"],
            program: form["program"].flatMap { services.care.programs[$0] }, reason: form["reason"] ?? "")
    }

    /// Names of languages in themselves, by their tag.
    private static let languages: [String: String] = [
        "en": "English", "es": "Español", "zh": "中文", "vi": "Tiếng Việt", "ar": "العربية", "so": "Soomaali",
        "ru": "Русский", "fr": "Français", "ht": "Kreyòl ayisyen", "pt": "Português",
    ]

    private func page(
        _ context: StaffContext, _ language: String, _ typed: Form, problems: FormProblems? = nil, sent: String? = nil,
        status: HTTPResponse.Status = .unprocessableContent
    ) throws -> Response {
        let desk = try desk()
        func text(_ key: Text) -> String { services.care.referrals.text(key, in: language) }
        let isDone = sent == "yes" || sent == "help"
        let title: Text = sent == "help" ? .crisisTitle : isDone ? .thanksTitle : .title
        var frame = PageFrame(text(title), context)
        frame.lang = language
        let model = Model(
            page: frame, site: services.site, intro: isDone ? nil : text(.intro),
            done: isDone ? text(sent == "help" ? .crisis : .thanks) : nil, help: sent == "help",
            wrong: (problems?.all ?? []).map {
                PageFrame.FieldError(field: $0.field, message: $0.message, href: "#\($0.field)")
            }, heading: text(.heading), trap: Self.trap, lang: language, stamp: desk.stamp(at: services.now()),
            first: isDone ? [] : first(typed, text).faulted(problems),
            second: isDone ? [] : second(typed, language, text).faulted(problems), submit: isDone ? nil : text(.submit),
            others: services.care.referrals.languages.filter { $0 != language }.map {
                Model.Other(
                    href: "/refer?lang=\($0)" + (isDone ? "&sent=\(sent ?? "")" : ""),
                    text: Self.languages[$0] ?? $0, lang: $0)
            })
        return try services.pages.response(model, "refer", status: problems == nil ? .ok : status)
    }

    private func first(_ typed: Form, _ text: (Text) -> String) -> [Field] {
        [
            .radios(
                "who", text(.who), [("self", text(.`self`)), ("family", text(.family)), ("provider", text(.provider))],
                chosen: typed["who"]),
            Field.line("sender", text(.sender), value: typed["sender"]).with {
                $0.hint = text(.senderHint)
                $0.autocomplete = "name"
            },
            Field.line("sender-phone", text(.senderPhone), value: typed["sender-phone"], type: "tel").with {
                $0.hint = text(.senderPhoneHint)
                $0.autocomplete = "tel"
            },
        ]
    }

    private func second(_ typed: Form, _ language: String, _ text: (Text) -> String) -> [Field] {
        let day = CalendarDay(daysSinceEpoch: Int(services.now() / 86_400_000)).text
        let programs = services.care.programs.effective(on: day).map { ($0.id, $0.patientSummary) }
        return [
            .line("given", text(.given), value: typed["given"]),
            .line("family-name", text(.familyName), value: typed["family-name"]),
            Field.line("birth", text(.birth), value: typed["birth"]).with {
                $0.hint = text(.birthHint)
                $0.short = true
            },
            .line("phone", text(.phone), value: typed["phone"], type: "tel"),
            Field.line("postcode", text(.postcode), value: typed["postcode"]).with {
                $0.short = true
                $0.inputmode = "numeric"
            },
            .select(
                "language", text(.language),
                Self.languages.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                chosen: typed["language"] ?? language),
            .select("program", text(.program), [("", text(.anyProgram))] + programs, chosen: typed["program"]),
            Field.area("reason", text(.reason), value: typed["reason"]).with { $0.hint = text(.reasonHint) },
        ]
    }
}
