import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// One referral: what was sent, who may be meant, whether the person may enter, and the decision.
struct ReferralPage: Sendable {
    let services: Services

    struct Model {
        struct Fact {
            let label: String
            let text: String
        }

        struct Event {
            let when: String
            let text: String
        }

        let page: PageFrame
        let title: String
        let state: String
        let stateTone: String
        let clock: String?
        let clockTone: String
        let danger: Bool
        let reason: String
        let facts: [Fact]
        let personHref: String?
        let personName: String?
        let match: FormModel?
        let entry: [Fact]
        let accept: FormModel?
        let decline: FormModel?
        let locked: String?
        let history: [Event]
    }

    private struct Seen {
        let referral: Referral
        let patient: Resource?
        let matches: [FindMatches.Match]
        let verdicts: [(Program, Criterion.Verdict, [Criterion.Line])]
        let history: [JSONNode]
    }

    func add(to routes: StaffRoutes) {
        routes.get("referrals/:id", use: show)
        routes.post("referrals/:id/match", use: match)
        routes.post("referrals/:id/accept", use: accept)
        routes.post("referrals/:id/decline", use: decline)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let isMatched = Form.query(of: request)["done"] == "matched"
        return try await page(
            context, Form([]), notice: isMatched ? .good("It is known who is meant. Now decide.") : nil)
    }

    @Sendable func match(_ request: Request, _ context: StaffContext) async throws -> Response {
        let services = services
        return try await act(request, context, then: "?done=matched") { form, id in
            let answer = form["who"].map { $0 == "new" ? MatchReferral.Answer.new : .known($0) }
            let verb = MatchReferral(
                referral: id, version: form.version, answer: answer, why: form["who-why"], care: services.care)
            return { try verb.perform(in: $0) }
        }
    }

    @Sendable func accept(_ request: Request, _ context: StaffContext) async throws -> Response {
        let services = services
        return try await act(request, context, then: "/referrals?done=accepted") { form, id in
            let verb = AcceptReferral(
                referral: id, version: form.version, program: form["program"].flatMap { services.care.programs[$0] },
                owner: form["owner"], why: form["accept-why"],
                told: form["told"].flatMap(ReferralAnswer.init), care: services.care)
            return { try verb.perform(in: $0) }
        }
    }

    @Sendable func decline(_ request: Request, _ context: StaffContext) async throws -> Response {
        let content = services.care.referrals
        return try await act(request, context, then: "/referrals?done=declined") { form, id in
            let verb = DeclineReferral(
                referral: id, version: form.version,
                reason: content.declineReasons.first { $0.code == form["reason"] }, words: form["words"],
                told: form["told-no"].flatMap(ReferralAnswer.init), content: content)
            return { try verb.perform(in: $0) }
        }
    }

    private func act(
        _ request: Request, _ context: StaffContext, then place: String,
        _ prepare: (Form, String) -> @Sendable (Change) throws -> Resource
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let id = try context.part("id")
        let verb = prepare(form, id)
        do {
            _ = try await services.records.write(as: try context.caller(), at: services.now(), verb)
            return .seeOther(place.hasPrefix("?") ? "/referrals/\(id)\(place)" : place)
        } catch let problems as FormProblems {
            return try await page(context, form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, form, notice: .wrong(refusal.reason), status: .conflict)
        } catch RecordsFailure.stale {
            return try await page(
                context, form,
                notice: .wrong("Someone saved in between. This is how it stands now; look before you save."),
                status: .conflict)
        }
    }

    private func page(
        _ context: StaffContext, _ typed: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let caller = try context.caller()
        let id = try context.part("id")
        let now = services.now()
        let care = services.care
        let day = CalendarDay(daysSinceEpoch: Int(now / 86_400_000)).text
        let seen = try await services.records.read(as: caller, at: now, for: "referral") { reader in
            guard let referral = Referral(try reader.get("ServiceRequest", id)) else {
                throw RecordsFailure.notFound(type: "ServiceRequest", id: id)
            }
            let written = referral.state == .received ? referral.written : nil
            let matches =
                try written.map { try FindMatches.read(MatchFacts($0), rules: care.matching, by: reader) } ?? []
            let patient = try referral.person.flatMap { try reader.find("Patient", $0) }
            var verdicts: [(Program, Criterion.Verdict, [Criterion.Line])] = []
            if referral.state == .matched, let patient {
                let facts = KnownFacts(try reader.person(patient.id, KnownFacts.reads), care: care, at: now)
                verdicts = care.programs.effective(on: day).map {
                    ($0, $0.entry.verdict(facts.values), $0.entry.lines(facts.values))
                }
            }
            let task = try reader.search(
                Query("Task", [.token("identifier", system: OpenTask.keySystem, code: "referral/\(id)")], limit: 1)
            ).first
            return Seen(
                referral: referral, patient: patient, matches: matches, verdicts: verdicts,
                history: task?.root.list("note") ?? [])
        }
        // Who is meant is recognised by somebody who sees people.
        let mayDecide = services.records.policy.permits(caller, .seePeople)
        let colleagues = mayDecide ? try await services.accounts.colleagues(as: caller) : []
        let isOpen = seen.referral.state == .received || seen.referral.state == .matched
        let due = seen.referral.due(care.referrals)
        let state = ReferralWords.state(seen.referral)
        let model = Model(
            page: PageFrame("Referral", context, current: "/referrals", notice: notice, problems: problems),
            title: (seen.patient?.root ?? seen.referral.written).map { Words.listName($0) } ?? "Referral",
            state: state.text, stateTone: state.tone,
            clock: isOpen ? TaskWords.clock(due, now: now, zone: services.zone) : nil,
            clockTone: Words.tone(ofDue: due, now: now), danger: seen.referral.isUrgent && isOpen,
            reason: seen.referral.reason, facts: facts(seen.referral, now),
            personHref: mayDecide ? seen.patient.map { "/people/\($0.id)" } : nil,
            personName: seen.patient.map { ReferralWords.who($0.root, now: now, zone: services.zone) },
            match: mayDecide && seen.referral.state == .received ? matchForm(seen, typed, problems, now) : nil,
            entry: seen.verdicts.map { Self.entry($0.0, $0.1, $0.2) },
            accept: mayDecide && seen.referral.state == .matched
                ? acceptForm(seen, typed, problems, colleagues, caller) : nil,
            decline: mayDecide && isOpen ? declineForm(seen, typed, problems) : nil,
            locked: isOpen && !mayDecide
                ? "Who is meant, and whether they are taken, is decided by the care team." : nil,
            history: seen.history.map { note in
                Model.Event(
                    when: note.text("time").flatMap { FHIRDate($0) }.map {
                        Words.dayTime($0.low, now: now, zone: services.zone)
                    } ?? "", text: note.text("text") ?? "")
            })
        return try services.pages.response(model, "referral", status: status)
    }

    private func facts(_ referral: Referral, _ now: Int64) -> [Model.Fact] {
        let zone = services.zone
        let written = referral.written
        let lines: [(String, String?)] = [
            ("From", referral.from), ("Who that is", referral.source?.words), ("Their telephone", referral.fromPhone),
            ("Came", Words.dayTime(referral.at, now: now, zone: zone)),
            ("For", referral.program.flatMap { services.care.programs[$0]?.title } ?? "Programme not said"),
            ("Written name", written.map { Words.listName($0) }),
            ("Written birth date", written.flatMap { Words.date($0.text("birthDate"), now: now, zone: zone) }),
            ("Written telephone", written.flatMap { ReferralWords.phones($0) }),
            ("Written address", written.flatMap { ReferralWords.address($0) }),
            ("Language", written.flatMap { Words.language(of: $0) }),
        ]
        return lines.compactMap { label, text in text.map { Model.Fact(label: label, text: $0) } }
    }

    private func matchForm(_ seen: Seen, _ typed: Form, _ problems: FormProblems?, _ now: Int64) -> FormModel {
        var field = Field.radios("who", "Who is meant?", [], chosen: nil)
        field.options = seen.matches.enumerated().map { place, match in
            let died = KnownFacts.isDeceased(match.patient.root) ? " Has died." : ""
            return Field.Option(
                id: "who-\(place)", value: match.id,
                text: ReferralWords.who(match.patient.root, now: now, zone: services.zone),
                on: typed["who"] == match.id,
                more: "\(ReferralWords.verdict(match.evidence).text). \(ReferralWords.evidence(match.evidence))\(died)")
        }
        field.options.append(
            Field.Option(
                id: "who-new", value: "new", text: "Somebody new", on: typed["who"] == "new",
                more: "Put on file with what was written."))
        if seen.matches.isEmpty {
            field.hint =
                "Nobody on file is like this. You can also find the person first and refer them from their page."
        }
        let why = Field.area("who-why", "Why it is another person than those above", value: typed["who-why"], rows: 2)
            .with { $0.optional = true }
        return FormModel(
            "/referrals/\(seen.referral.id)/match", submit: "This is who is meant", version: seen.referral.version,
            fields: [field, why].faulted(problems))
    }

    private static func entry(
        _ program: Program, _ verdict: Criterion.Verdict, _ lines: [Criterion.Line]
    ) -> Model.Fact {
        let words =
            switch verdict {
            case .met: "May enter."
            case .notMet:
                "Does not meet: "
                    + lines.filter { $0.verdict == .notMet }.map(\.words).joined(separator: "; ") + "."
            case .unknown:
                "Not known yet: "
                    + lines.filter { $0.verdict == .unknown }.map(\.words).joined(separator: "; ") + "."
            }
        return Model.Fact(label: program.title, text: words)
    }

    private var told: [(String, String)] { ReferralAnswer.allCases.map { ($0.rawValue, $0.words) } }

    private func acceptForm(
        _ seen: Seen, _ typed: Form, _ problems: FormProblems?, _ colleagues: [(String, String)], _ caller: Caller
    ) -> FormModel {
        FormModel(
            "/referrals/\(seen.referral.id)/accept", submit: "Accept into outreach", version: seen.referral.version,
            fields: [
                .select(
                    "program", "Programme",
                    [("", "Choose")] + seen.verdicts.map { ($0.0.id, $0.0.title) },
                    chosen: typed["program"] ?? seen.referral.program),
                .select(
                    "owner", "Who gets in touch", [("", "Nobody yet")] + colleagues,
                    chosen: typed["owner"] ?? caller.practitioner),
                Field.area(
                    "accept-why", "Why, when the entry criteria are not met", value: typed["accept-why"], rows: 2
                )
                .with { $0.optional = true },
                .radios("told", "How was whoever referred told?", told, chosen: typed["told"]),
            ].faulted(problems))
    }

    private func declineForm(_ seen: Seen, _ typed: Form, _ problems: FormProblems?) -> FormModel {
        FormModel(
            "/referrals/\(seen.referral.id)/decline", submit: "Decline", version: seen.referral.version,
            fields: [
                .radios(
                    "reason", "Why not?", services.care.referrals.declineReasons.map { ($0.code, $0.words) },
                    chosen: typed["reason"]),
                Field.area("words", "What they were told", value: typed["words"], rows: 2).with { $0.optional = true },
                .radios("told-no", "How was whoever referred told?", told, chosen: typed["told-no"]),
            ].faulted(problems), grave: true)
    }
}
