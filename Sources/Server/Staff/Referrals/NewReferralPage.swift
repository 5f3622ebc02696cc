import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Refers somebody: one on file from their page, or one who is only written about. What a telephone call brings goes the
/// same way.
struct NewReferralPage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let about: String?
        let form: FormModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("new-referral", use: show)
        routes.post("new-referral", use: send)
    }

    /// The address of the form for a person; nil for who may not refer.
    static func href(_ person: String, _ services: Services, _ caller: Caller) -> String? {
        services.records.policy.permits(caller, .refer) ? "/new-referral?person=\(person)" : nil
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        return try await page(context, Form([]), person: query["person"], sent: query["done"] == "sent")
    }

    @Sendable func send(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let caller = try context.caller()
        do {
            let verb = try read(form, caller)
            _ = try await services.records.write(as: caller, at: services.now()) { try verb.perform(in: $0) }
            return .seeOther(
                services.records.policy.permits(caller, .seeReferrals)
                    ? "/referrals?done=sent" : "/new-referral?done=sent")
        } catch let problems as FormProblems {
            return try await page(context, form, person: form["person"], problems: problems)
        } catch let refusal as NotNow {
            return try await page(
                context, form, person: form["person"], problems: FormProblems("reason", refusal.reason),
                status: .conflict)
        }
    }

    private func read(_ form: Form, _ caller: Caller) throws -> ReceiveReferral {
        var problems: [FormProblems.Problem] = []
        let source = form["source"].flatMap(Referral.Source.init)
        for field in ["given", "family-name", "phone", "postcode", "sender", "sender-phone"]
        where (form[field] ?? "").utf8.count > TextLimit.line {
            problems.append(.init(field, "Keep this below \(TextLimit.line) characters."))
        }
        if source == nil {
            problems.append(.init("source", "Say who refers."))
        }
        if form["sender"] == nil, source == .family {
            problems.append(.init("sender", "Write who refers."))
        }
        if form["reason"] == nil {
            problems.append(.init("reason", "Say what the referral is for."))
        }
        var about = form["person"].map { ReceiveReferral.About.known($0) }
        if about == nil {
            let days = form["birth"].map(TypedDate.days) ?? []
            if form["given"] == nil {
                problems.append(.init("given", "Write the first name."))
            }
            if form["family-name"] == nil {
                problems.append(.init("family-name", "Write the family name."))
            }
            if form["birth"] != nil, days.isEmpty {
                problems.append(.init("birth", "This is no date. Like 3/14/1948"))
            }
            about = .written(
                ReceiveReferral.Person(
                    given: form["given"] ?? "", family: form["family-name"] ?? "", birth: days.first,
                    phone: form["phone"], postcode: form["postcode"]))
        }
        try FormProblems(problems).check()
        let isOwn = source == .provider || source == .program
        return ReceiveReferral(
            about: about ?? .known(""), source: source ?? .provider,
            sender: form["sender"] ?? (isOwn ? caller.name : nil),
            senderPhone: form["sender-phone"],
            requester: isOwn && form["sender"] == nil ? caller.practitioner : nil,
            program: form["program"].flatMap { services.care.programs[$0] }, reason: form["reason"] ?? "",
            isUrgent: form["urgent"] != nil || services.care.referrals.speaksOfDanger(form["reason"] ?? ""),
            content: services.care.referrals)
    }

    private func page(
        _ context: StaffContext, _ typed: Form, person: String?, sent: Bool = false, problems: FormProblems? = nil,
        status: HTTPResponse.Status = .unprocessableContent
    ) async throws -> Response {
        let now = services.now()
        let patient = try await services.records.read(as: context.caller(), at: now, for: "new referral") { reader in
            try person.map { try reader.get("Patient", $0) }
        }
        let day = CalendarDay(daysSinceEpoch: Int(now / 86_400_000)).text
        let programs = services.care.programs.effective(on: day).map { ($0.id, $0.title) }
        let sources = Referral.Source.allCases.filter { $0 != .program || patient != nil }
        var fields: [Field] = []
        if patient == nil {
            fields += [
                .line("given", "First name", value: typed["given"]),
                .line("family-name", "Family name", value: typed["family-name"]),
                Field.line("birth", "Birth date", value: typed["birth"]).with {
                    $0.hint = "Like 3/14/1948"
                    $0.short = true
                },
                Field.line("phone", "Telephone of the person", value: typed["phone"], type: "tel").with {
                    $0.optional = true
                },
                Field.line("postcode", "ZIP code", value: typed["postcode"]).with {
                    $0.optional = true
                    $0.short = true
                },
            ]
        }
        fields += [
            .radios(
                "source", "Who refers?", sources.map { ($0.rawValue, $0.words) }, chosen: typed["source"] ?? "provider"),
            Field.line("sender", "Name of who refers, when it is not you", value: typed["sender"]).with {
                $0.optional = true
            },
            Field.line("sender-phone", "Their telephone", value: typed["sender-phone"], type: "tel").with {
                $0.optional = true
            },
            .select("program", "Programme", [("", "Not sure yet")] + programs, chosen: typed["program"]),
            .area("reason", "What for?", value: typed["reason"]),
            .check("urgent", "It is urgent", isOn: typed["urgent"] != nil),
        ]
        let model = Model(
            page: PageFrame(
                "Refer somebody", context, current: "/new-referral",
                notice: sent ? .good("The referral is on the list of those who decide.") : nil, problems: problems),
            about: patient.map { ReferralWords.who($0.root, now: now, zone: services.zone) },
            form: FormModel(
                "/new-referral", submit: "Refer", hidden: person.map { [("person", $0)] } ?? [],
                fields: fields.faulted(problems), cancel: patient.map { "/people/\($0.id)" }))
        return try services.pages.response(model, "new-referral", status: problems == nil ? .ok : status)
    }
}
