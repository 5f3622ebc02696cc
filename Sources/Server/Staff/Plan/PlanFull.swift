import Access
import Care
import Content
import FHIR
import Foundation
import Hummingbird
import Records

/// The whole plan to read, to print and to give on: every part of it, and what programmes ask for as present or missing.
struct PlanFull: Sendable {
    let page: PlanPage

    struct Fact {
        let label: String
        let text: String
    }

    struct Model {
        struct Level {
            let name: String
            let words: String
            let now: Bool
        }

        struct Goal {
            let words: String
            let facts: [Fact]
            let scale: [Level]
            let steps: [Step]
        }

        struct Step {
            let text: String
            let detail: String
        }

        struct Problem {
            let text: String
            let source: String
            let goals: [Goal]
        }

        struct Programme {
            struct Line {
                let element: String
                let state: String
                let shown: String
            }

            let title: String
            let state: String
            let lines: [Line]
        }

        let page: PageFrame
        let backHref: String
        /// The same as a file; nil where this site makes none.
        let file: String?
        let name: String
        let facts: [Fact]
        let matters: String?
        let problems: [Problem]
        let steps: [Step]
        let supports: [PlanLines.Text]
        let barriers: [PlanLines.Text]
        let medicines: [PlanPrint.Model.Medicine]
        let medicinesNote: String
        let parts: [PlanPrint.Model.Part]
        let guides: [PlanGuide]
        let team: [PlanPage.Model.Member]
        let life: String?
        let conflicts: [Step]
        let caution: String
        let decided: [Step]
        let copies: [PlanLines.Text]
        let records: [Step]
        let programmes: [Programme]
        let origin: String
        /// What the law wants to go with a copy.
        let notices: [String]
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try page.services.pages.response(try await model(context), "plan-full")
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await PaperFile(services: page.services).response(try await model(context), "plan-full", name: "full-plan")
    }

    private func model(_ context: StaffContext) async throws -> Model {
        let services = page.services
        let (now, zone) = (services.now(), services.zone)
        let seen = try await page.look(try context.part("id"), context)
        let names = try await StaffNames.read(services, try context.caller())
        let (record, picture) = (seen.record, seen.picture)
        let lines = PlanLines(
            record: record, picture: picture, history: seen.history, names: names, now: now, zone: zone)
        let packs = PackFit.onPlan(
            picture, services.care.plans.effective(on: SiteDay(zone: zone).today(now).text),
            age: AssessedPerson(record.patient, now: now).age)
        let elements = services.care.planElements
        let states = CheckElements(record, picture, seen.history, guides: packs, now: now).states(of: elements)
        return Model(
            page: PageFrame("Care plan", context), backHref: "/people/\(record.id)/plan",
            file: services.printer.map { _ in "/people/\(record.id)/plan/full.pdf" },
            name: record.patient.map { Words.spokenName($0.root) } ?? "Name not recorded",
            facts: facts(seen, names), matters: picture.matters?.words,
            problems: picture.problems.map { problem in
                Model.Problem(
                    text: problem.text, source: lines.source(of: problem),
                    goals: problem.goals.map { Self.goal($0, lines) })
            },
            steps: picture.otherSteps.filter(\.isOpen).map { Self.step(lines.step($0)) },
            supports: lines.supports, barriers: lines.barriers,
            medicines: lines.medicines.map {
                PlanPrint.Model.Medicine(
                    name: $0.name, how: lines.how($0) ?? "not recorded", why: lines.why($0) ?? "not recorded")
            },
            medicinesNote: lines.isChecked
                ? "Compared with the person since the list last changed."
                : "Not compared with the person since the list last changed.",
            parts: PlanPart.allCases.compactMap { part in
                picture.parts[part].map { PlanPrint.Model.Part(title: part.title, text: $0) }
            }, guides: packs.map { PlanGuide($0) }, team: PlanPage.team(seen.team, names),
            life: lines.life.map { "\($0.text) (\($0.source))" },
            conflicts: seen.conflicts.open.map { Model.Step(text: $0.text, detail: $0.detail) },
            caution: services.care.medicines.caution,
            decided: seen.conflicts.decided.map {
                Model.Step(
                    text: $0.conflict.text,
                    detail: [$0.words, $0.note, names.name($0.by)].compactMap(\.self).filter { !$0.isEmpty }
                        .joined(separator: ". "))
            },
            copies: copies(seen),
            records: picture.fromRecords.map { Model.Step(text: $0.title, detail: $0.detail ?? "") },
            programmes: elements.programmes.map { programme in
                Self.programme(programme, states.filter { $0.element.programmes.contains(programme.id) })
            }, origin: "After \(elements.origin.source), version \(elements.origin.version). Not billing advice.",
            notices: Set(
                PlanPage.reads.flatMap(record.all).flatMap { services.records.policy.labels.notices(on: $0.root) }
            ).sorted())
    }

    /// Who it is about, which version it is, and who agreed and signed.
    private func facts(_ seen: PlanPage.Seen, _ names: StaffNames) -> [Fact] {
        let services = page.services
        let (now, zone) = (services.now(), services.zone)
        let beside = PlanBeside(services: services)
        let patient = seen.record.patient?.root
        func seal(_ kind: PlanSeal.Kind) -> String {
            let ours = seen.seals.filter { $0.kind == kind }.prefix(2).map { seal in
                [
                    "\(seal.who), \(day(seal.at))", seal.how, "version of \(beside.name(seal.version))",
                ].compactMap(\.self).joined(separator: ", ")
            }
            return ours.isEmpty ? "not yet" : ours.joined(separator: "; ")
        }
        let version = seen.picture.plan == nil ? nil : seen.version
        let review = seen.picture.review.flatMap { review in
            review.due.map { "\(day($0)), \(names.name(review.owner) ?? "nobody yet")" }
        }
        return [
            Fact(label: "Born", text: patient.map { Words.born($0, now: now, zone: zone) } ?? "not recorded"),
            Fact(label: "Language", text: patient.flatMap { Words.language(of: $0) } ?? "not recorded"),
            Fact(label: "Version", text: version.map(beside.name) ?? "no plan yet"),
            Fact(label: "Agreed", text: seal(.agreed)), Fact(label: "Signed", text: seal(.signed)),
            Fact(label: "Next review", text: review ?? "no day is set"), Fact(label: "Printed", text: day(now)),
        ]
    }

    /// Paper does not know which year it is read in.
    private func day(_ moment: Int64) -> String {
        Words.day(Words.calendarDay(moment, zone: page.services.zone), today: nil)
    }

    private func copies(_ seen: PlanPage.Seen) -> [PlanLines.Text] {
        PlanCopy.all(seen.record).map { copy in
            let language = copy.language.flatMap(PlanLanguage.init(rawValue:))?.ownName
            let parts = [copy.way?.words, language, copy.teachBack?.words, copy.said].compactMap(\.self)
            return PlanLines.Text(text: "To \(copy.to), \(day(copy.given)). " + parts.joined(separator: ". "))
        }
    }

    private static func goal(_ goal: PlanGoal, _ lines: PlanLines) -> Model.Goal {
        let shown = lines.goal(goal)
        let facts: [(String, String?)] = [
            ("Measure", shown.measure), ("Day", shown.due), ("How far", shown.level),
            ("Priority", goal.priority?.title), ("To the person", shown.importance),
        ]
        return Model.Goal(
            words: goal.words, facts: facts.compactMap { label, text in text.map { Fact(label: label, text: $0) } },
            scale: GoalScale.levels.compactMap { level in
                goal.scale.words[level].map {
                    Model.Level(
                        name: "\(GoalScale.name(level)), \(GoalScale.meaning(level).lowercased())", words: $0,
                        now: goal.scale.now == level)
                }
            }, steps: shown.interventions.map(step))
    }

    private static func step(_ step: PlanLines.Step) -> Model.Step {
        Model.Step(text: step.text, detail: "\(step.who), \(step.due): \(step.state)")
    }

    private static func programme(_ programme: PlanElements.Programme, _ states: [ElementState]) -> Model.Programme {
        let missing = states.count { $0.state == .missing }
        return Model.Programme(
            title: programme.title,
            state: missing == 0 ? "nothing is missing" : "\(missing) of \(states.count) missing",
            lines: states.map { state in
                switch state.state {
                case .present: .init(element: state.element.title, state: "present", shown: state.shownBy ?? "")
                case .missing: .init(element: state.element.title, state: "missing", shown: "")
                case .notNeeded(let reason): .init(element: state.element.title, state: "not needed", shown: reason)
                }
            })
    }
}
