import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Who signed, who agreed, and which copies are where.
extension PlanBeside {
    func copies(_ request: Request, _ context: StaffContext) async throws -> Response {
        try copiesPage(try await look(context), Self.noticed(request, context))
    }

    func sign(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let verb = SignPlan(person: try context.part("id"), version: form["version"].flatMap { Int64($0) })
        return try await act(context, form, then: "signed") { _ = try verb.perform(in: $0) }
    }

    func agree(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let verb = AgreePlan(
            person: try context.part("id"), version: form["version"].flatMap { Int64($0) }, how: form["how"],
            who: form["agreed-by"])
        return try await act(context, form, then: "agreed") { _ = try verb.perform(in: $0) }
    }

    func give(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let verb = GiveCopy(
            person: try context.part("id"), version: form["version"].flatMap { Int64($0) }, way: form["way"],
            to: form["to"], language: form["language"], teachBack: form["teach-back"], said: form["said"])
        return try await act(context, form, then: "copy") { _ = try verb.perform(in: $0) }
    }

    private func act(
        _ context: StaffContext, _ form: Form, then done: String, _ verb: @escaping @Sendable (Change) throws -> Void
    ) async throws -> Response {
        do {
            try await services.records.write(as: try context.caller(), at: services.now(), verb)
            return .seeOther("/people/\(try context.part("id"))/plan/copies?done=\(done)")
        } catch let problems as FormProblems {
            return try copiesPage(try await look(context), context, typed: form, problems: problems)
        }
    }

    private func copiesPage(
        _ seen: Seen, _ context: StaffContext, typed: Form = Form([]), problems: FormProblems? = nil
    ) throws -> Response {
        let base = "/people/\(seen.record.id)/plan"
        let seals = PlanSeal.all(seen.record)
        let copies = PlanCopy.all(seen.record)
        let state = CopyState(copies, seen.versions, now: seen.picture)
        var sections: [PlanSections.Section] = []
        for (kind, title) in [(PlanSeal.Kind.signed, "Signed"), (.agreed, "Agreed with the person")] {
            let ours = seals.filter { $0.kind == kind }
            var section = PlanSections.Section(id: kind.rawValue, title: title)
            section.none = ours.isEmpty ? "Not yet." : nil
            section.lines = ours.map { seal in
                let change = self.changes(since: seal.version, seen)
                return PlanSections.Line(
                    text: "\(seal.who), \(day(seal.at))",
                    detail: "Version of \(name(seal.version))" + (seal.how.map { ". \($0)" } ?? ""),
                    tag: change == 0 ? "as it stands" : "changed since: \(change)", tone: change == 0 ? "good" : "soon",
                    href: change == 0 ? nil : "\(base)/versions?from=\(seal.version)")
            }
            if let version = seen.version, seen.picture.plan != nil {
                section.forms = [kind == .signed ? signing(base, version) : agreeing(base, version, typed, problems)]
            }
            sections.append(section)
        }
        var given = PlanSections.Section(id: "copies", title: "Copies given")
        if state.isOutOfDate {
            given.tag = "out of date"
            given.tone = "soon"
            given.intro = "The copy at home is out of date: " + Self.words(state.medicines)
        }
        given.none = copies.isEmpty ? "No copy was given yet." : nil
        given.lines = copies.map { copy in
            let language = copy.language.flatMap(PlanLanguage.init(rawValue:))?.ownName
            let parts = [copy.way?.words, language, copy.teachBack?.words, copy.said].compactMap(\.self)
            return PlanSections.Line(
                text: "To \(copy.to), \(day(copy.given))",
                detail: "Version of \(name(copy.version)). " + parts.joined(separator: ". "),
                href: "\(base)/versions?from=\(copy.version)")
        }
        if let version = seen.version, seen.picture.plan != nil {
            given.forms = [giving(base, version, typed, problems)]
        }
        sections.append(given)
        return try page(seen, "Signed, agreed, copies", context, sections, problems: problems)
    }

    static func words(_ differences: [PlanDifference]) -> String {
        differences.prefix(4).map { "\($0.title): \($0.kind.words)" }.joined(separator: "; ") + "."
    }

    /// How much of substance is otherwise since a version.
    func changes(since version: Int64, _ seen: Seen) -> Int {
        ComparePlans.differences(from: seen.versions.picture(at: version), to: seen.picture)
            .filter(\.isOfSubstance).count
    }

    private func signing(_ base: String, _ version: Int64) -> PlanSections.Block {
        PlanSections.Block(
            "Sign the plan",
            FormModel(
                "\(base)/sign", submit: "Sign this version", hidden: [("version", String(version))],
                intro: "You sign the version of \(name(version)), with your name, credential and the time."), nil)
    }

    private func agreeing(
        _ base: String, _ version: Int64, _ typed: Form, _ problems: FormProblems?
    ) -> PlanSections.Block {
        let fields: [Field] = [
            .radios(
                "how", "How did they agree?", AgreePlan.How.allCases.map { ($0.rawValue, $0.words) },
                chosen: typed["how"]),
            .line("agreed-by", "Who, if not the person", value: typed["agreed-by"]).with { $0.optional = true },
        ]
        let isMine = problems?.all.contains { ["how", "agreed-by"].contains($0.field) } == true
        return PlanSections.Block(
            "Write down that they agreed",
            FormModel(
                "\(base)/agree", submit: "They agreed to this version", hidden: [("version", String(version))],
                fields: fields), isMine ? problems : nil)
    }

    private func giving(
        _ base: String, _ version: Int64, _ typed: Form, _ problems: FormProblems?
    ) -> PlanSections.Block {
        let fields: [Field] = [
            .radios(
                "way", "How was it given?", PlanCopy.Way.allCases.map { ($0.rawValue, $0.words) }, chosen: typed["way"]),
            .line("to", "To whom, if not the person", value: typed["to"]).with { $0.optional = true },
            .select(
                "language", "In which language", PlanLanguage.allCases.map { ($0.rawValue, $0.ownName) },
                chosen: typed["language"]),
            .radios(
                "teach-back", "Can they say in their own words what to do?",
                PlanCopy.TeachBack.allCases.map { ($0.rawValue, $0.words) }, chosen: typed["teach-back"]),
            .area("said", "What they said", value: typed["said"], rows: 3).with { $0.optional = true },
        ]
        let isMine = problems?.all.contains { ["way", "to", "teach-back", "said"].contains($0.field) } == true
        return PlanSections.Block(
            "A copy was given",
            FormModel("\(base)/copy", submit: "Save", hidden: [("version", String(version))], fields: fields),
            isMine ? problems : nil)
    }
}
