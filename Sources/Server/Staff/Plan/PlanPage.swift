import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The plan: read it, change it, add to it.
struct PlanPage: Sendable {
    let services: Services

    struct Model {
        struct Said {
            let words: String
            let source: String
        }

        struct Line {
            let text: String
            let detail: String?
        }

        /// Somebody of the team, with what they do and where they are called.
        struct Member {
            let name: String
            let role: String
            let phone: String?
        }

        struct Life {
            let text: String
            let source: String
        }

        struct Add {
            let title: String
            let open: Bool
            let form: FormModel
        }

        struct Edit {
            let title: String
            let notes: [String]
            let form: FormModel
            /// Of a goal: the form of its scale.
            let scale: PlanSections.Block?
        }

        let page: PageFrame
        let banner: PatientBanner
        let state: String
        let stateTone: String
        let printHref: String
        let fullHref: String
        let stale: String?
        let caution: String?
        let links: [PlanSections.Link]
        let parts: [Line]
        let matters: Said?
        let problems: [PlanLines.Problem]
        let steps: [PlanLines.Step]
        let records: [Line]
        let supports: [PlanLines.Text]
        let barriers: [PlanLines.Text]
        let schedule: [PlanLines.Dose]
        let conflicts: [Line]
        let conflictsHref: String
        let team: [Member]
        let teamHref: String
        let life: Life?
        let review: String
        let add: [Add]
        let guides: [PlanGuide]
        let library: PlanLibraryShelves?
        let libraryAction: String
        let version: String
        let edit: Edit?
    }

    /// What a page has read of a person.
    struct Seen: Sendable {
        let record: PersonRecord
        let picture: PlanPicture
        let history: AssessmentHistory
        let careManager: Resource?
        let team: [TeamContact]
        let conflicts: SortedConflicts
        let copy: CopyState
        let seals: [PlanSeal]
        let proposals: Int
        /// Protocols of the plan with a new version that nobody has decided on.
        let protocols: Int
        /// The version that stands, by its moment.
        let version: Int64?
    }

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/plan", use: show)
        routes.get("people/:id/plan/print", use: PlanPrint(page: self).show)
        routes.get("people/:id/plan/print.pdf", use: PlanPrint(page: self).download)
        routes.get("people/:id/plan/full", use: PlanFull(page: self).show)
        routes.get("people/:id/plan/full.pdf", use: PlanFull(page: self).download)
        PlanBeside(services: services).add(to: routes)
        routes.post("people/:id/plan/goals/:goal/scale", use: setScale)
        routes.post("people/:id/plan/problems", use: addProblem)
        routes.post("people/:id/plan/goals", use: addGoal)
        routes.post("people/:id/plan/goals/:goal", use: changeGoal)
        routes.post("people/:id/plan/steps", use: addStep)
        routes.post("people/:id/plan/steps/:step", use: closeStep)
        routes.post("people/:id/plan/library", use: addFromLibrary)
        routes.post("people/:id/plan/review", use: setReview)
    }

    static let reads = PatientBanner.reads.union(FindConflicts.reads).union(AssessmentHistory.reads)
        .union(CheckElements.reads).union(["Communication", "Provenance", "RequestGroup"])

    func look(_ person: String, _ context: StaffContext) async throws -> Seen {
        let now = services.now()
        let library = services.care.instruments
        let finder = PlanBeside.finder(services)
        let plans = services.care.plans
        return try await services.records.read(as: try context.caller(), at: now, for: "plan page") { reader in
            let record = try reader.person(person, Self.reads)
            let episode = record.all("EpisodeOfCare").last { $0.root["status"]?.string == "active" }
            let names = try Medicine.names(of: record, by: reader)
            let picture = PlanPicture(record, names: names)
            let versions = try PlanHistory(of: person, by: reader)
            return Seen(
                record: record, picture: picture,
                history: AssessmentHistory.of(record, library: library, now: now),
                careManager: try reader.find(reference: episode?.root["careManager"]?["reference"]?.string),
                team: try TeamContact.all(in: record, by: reader),
                conflicts: SortedConflicts(finder.all(record, names: names, at: now), record),
                copy: CopyState(PlanCopy.all(record), versions, now: picture), seals: PlanSeal.all(record),
                proposals: PlanProposal.all(record).count { $0.state == .open },
                protocols: try PersonProtocols(record, shelf: ProtocolShelf(plans), by: reader).waiting,
                version: versions.moments.last)
        }
    }

    private static let notices = [
        "problem": "The problem is on the plan.", "goal": "The goal is on the plan.", "changed": "The goal is saved.",
        "step": "The step is on the plan, and on the list of who does it.", "closed": "The step is closed.",
        "library": "What you ticked is on the plan. Put the goals into the person's own words.",
        "review": "The day of the next review is set.", "scale": "The scale is saved.",
        "merged": "Saved. Somebody else had changed other fields in between: both are kept.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        let seen = try await look(try context.part("id"), context)
        let goal = query["goal"].flatMap { id in seen.picture.problems.flatMap(\.goals).first { $0.resource.id == id } }
        let step = query["step"].flatMap { id in seen.picture.openSteps.first { $0.resource.id == id } }
        return try await page(
            seen, context, notice: query["done"].flatMap { Self.notices[$0] }, goal: goal, step: step)
    }

    /// The page. When a form comes back with problems, `typed` is what it held, `opened` which one it was and `version`
    /// the one that it was made from.
    func page(
        _ seen: Seen, _ context: StaffContext, notice: String? = nil, goal: PlanGoal? = nil, step: PlanStep? = nil,
        typed: Form = Form([]), opened: String? = nil, version: Int? = nil, problems: FormProblems? = nil
    ) async throws -> Response {
        let now = services.now()
        let names = try await StaffNames.read(services, try context.caller())
        let lines = PlanLines(
            record: seen.record, picture: seen.picture, history: seen.history, names: names, now: now,
            zone: services.zone)
        let forms = try forms(seen, names, typed, context, version: opened == nil ? nil : version)
        let wrong = problems?.all.map { (field: $0.field, message: $0.message) } ?? []
        var edit: Model.Edit?
        if let goal {
            let isScale = opened == "scale"
            let read = version ?? goal.resource.version
            let mine = isScale ? try self.forms(seen, names, Form([]), context) : forms
            var form = mine.change(goal, version: read)
            if !isScale { form.fields = form.fields.with(wrong) }
            form.fields = form.fields.map { field in
                field.name == "words"
                    ? field.with {
                        $0.hint = WrittenLevel(goal.words, for: lines.language).map { "As saved: \($0.told)" }
                    }
                    : field
            }
            var scale = forms.scale(goal)
            if isScale { scale.version = String(read) }
            edit = Model.Edit(
                title: "Change the goal", notes: notes(goal, names), form: form,
                scale: PlanSections.Block("A scale of five levels for this goal", scale, isScale ? problems : nil))
        } else if let step {
            var form = forms.close(step, version: version ?? step.resource.version)
            form.fields = form.fields.with(wrong)
            edit = Model.Edit(title: "Close the step: \(step.title)", notes: [], form: form, scale: nil)
        }
        let open: [(String, String, FormModel)] =
            edit != nil
            ? []
            : [
                ("problems", "Add a problem, or something in the way", forms.problem()),
                ("goals", "Add a goal", forms.goal()), ("steps", "Add a step", forms.step()),
                ("review", "Set the next review", forms.review()),
            ]
        let adds = open.map { name, title, form in
            var form = form
            form.fields = form.fields.with(wrong)
            return Model.Add(title: title, open: name == opened, form: form)
        }
        let picture = seen.picture
        let packs = services.care.plans.effective(on: SiteDay(zone: services.zone).today(now).text)
        let age = AssessedPerson(seen.record.patient, now: now).age
        let base = "/people/\(seen.record.id)/plan"
        return try services.pages.response(
            Model(
                page: PageFrame("Plan", context, notice: notice.map { .good($0) }, problems: problems),
                banner: PatientBanner(seen.record, now: now, zone: services.zone, place: .plan),
                state: state(seen), stateTone: picture.plan == nil ? "soon" : "note",
                printHref: "\(base)/print", fullHref: "\(base)/full",
                stale: seen.copy.isOutOfDate
                    ? "The copy at home is out of date: \(PlanBeside.words(seen.copy.medicines))" : nil,
                caution: services.care.medicines.caution, links: links(seen),
                parts: PlanPart.allCases.compactMap { part in
                    picture.parts[part].map { Model.Line(text: part.title, detail: $0) }
                },
                matters: picture.matters.map {
                    Model.Said(words: $0.words, source: "said \(Words.day($0.at, now: now, zone: services.zone))")
                },
                problems: lines.problems, steps: picture.otherSteps.map(lines.step),
                records: picture.fromRecords.map { Model.Line(text: $0.title, detail: $0.detail) },
                supports: lines.supports, barriers: lines.barriers, schedule: lines.schedule,
                conflicts: seen.conflicts.open.filter(\.isAlert).map { Model.Line(text: $0.text, detail: $0.detail) },
                conflictsHref: "\(base)/conflicts",
                team: Self.team(seen.team, names), teamHref: "\(base)/team",
                life: lines.life.map { Model.Life(text: $0.text, source: $0.source) }, review: review(picture, names),
                add: adds, guides: PackFit.onPlan(picture, packs, age: age).map { PlanGuide($0) },
                library: edit != nil
                    ? nil
                    : PlanLibraryShelves(PlanPack.shelves(packs, seen.record, age: age, ticked: typed.all("item"))),
                libraryAction: "\(base)/library",
                version: String((opened == "library" ? version : nil) ?? picture.plan?.version ?? 0), edit: edit),
            "plan", status: problems == nil ? .ok : .unprocessableContent)
    }

    func forms(
        _ seen: Seen, _ names: StaffNames, _ typed: Form, _ context: StaffContext, version: Int? = nil
    ) throws -> PlanForms {
        PlanForms(
            person: seen.record.id, version: version ?? seen.picture.plan?.version ?? 0, picture: seen.picture,
            staff: names.choices, me: try context.caller().practitioner, typed: typed)
    }

    /// Whoever has a name.
    static func team(_ team: [TeamContact], _ names: StaffNames) -> [Model.Member] {
        team.compactMap { member in
            (names.name(member.reference) ?? member.name).map {
                Model.Member(name: $0, role: member.role, phone: member.phone)
            }
        }
    }

    /// The pages beside the plan, with how many proposals and new versions of protocols wait.
    private func links(_ seen: Seen) -> [PlanSections.Link] {
        let waiting = [
            "/proposals": seen.proposals > 0 ? "\(seen.proposals) to answer" : nil,
            "/protocols": seen.protocols > 0 ? "\(seen.protocols) changed, to decide" : nil,
        ]
        return PlanSections.links(seen.record.id).map { link in
            guard let words = waiting.first(where: { link.href.hasSuffix($0.key) })?.value else {
                return link
            }
            return PlanSections.Link(text: "\(link.text): \(words)", href: link.href)
        }
    }

    private func state(_ seen: Seen) -> String {
        guard seen.picture.plan != nil, let version = seen.version else {
            return "not begun"
        }
        let beside = PlanBeside(services: services)
        var parts = ["version of \(beside.name(version))"]
        for kind in [PlanSeal.Kind.signed, .agreed] {
            guard let seal = seen.seals.first(where: { $0.kind == kind }) else {
                parts.append(kind == .signed ? "not signed" : "not agreed")
                continue
            }
            parts.append("\(kind == .signed ? "signed" : "agreed") \(beside.day(seal.at))")
        }
        return parts.joined(separator: ", ")
    }

    private func review(_ picture: PlanPicture, _ names: StaffNames) -> String {
        guard let review = picture.review, let due = review.due else {
            return "No day is set for the next review."
        }
        let day = Words.day(due, now: services.now(), zone: services.zone)
        return "Next review \(day), \(names.name(review.owner) ?? "nobody yet")."
            + (due < services.now() ? " It is late." : "")
    }

    private func notes(_ goal: PlanGoal, _ names: StaffNames) -> [String] {
        goal.notes.suffix(10).reversed().map { note in
            let day = note.at.map { Words.day($0, now: services.now(), zone: services.zone) }
            let head = [day, names.name(note.author)].compactMap(\.self).joined(separator: ", ")
            return head.isEmpty ? note.text : "\(head): \(note.text)"
        }
    }
}
