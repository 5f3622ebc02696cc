import Care

/// What a default would do, in words: people, goals and steps, line by line, and why some wait.
enum MoveWords {
    static func title(_ end: MoveMark.End) -> String {
        switch end {
        case .changed: "Changed"
        case .kept: "Kept as it was"
        case .waits: "Waits for the care manager"
        case .decided: "Waited, and was decided"
        case .failed: "Failed"
        }
    }

    static func sections(of state: Trials<TriedMove>.State, _ id: String) -> [PlanSections.Section] {
        switch state {
        case .runs: return []
        case .failed:
            var section = PlanSections.Section(id: "failed", title: "It did not come to an end")
            section.lines = [PlanSections.Line(text: "Start it again", href: "/protocols/\(id)/move")]
            section.none = "Something went wrong. Nothing was stored."
            return [section]
        case .done(let tried, _):
            return [counts(tried), lines(tried), why(tried), publishing(tried, id)].compactMap(\.self)
        }
    }

    private static func people(_ count: Int) -> String { Words.count(count, "person", "people") }

    static func items(_ count: Int) -> String { Words.count(count, "goal or step", "goals and steps") }

    private static func counts(_ tried: TriedMove) -> PlanSections.Section {
        let report = tried.report
        var section = PlanSections.Section(id: "counts", title: "What would happen")
        section.intro = "Of the people whom you see, \(report.all) at version \(tried.move.old)."
        section.lines = [
            PlanSections.Line(
                text: "Changed: \(people(report.people[.changed, default: 0]))",
                detail: "At least one goal or step becomes another, and nothing waits."),
            PlanSections.Line(
                text: "Kept as it was: \(people(report.people[.kept, default: 0]))",
                detail: "Every goal and step stays; they follow version \(tried.move.new) from then on."),
            PlanSections.Line(
                text: "Waits for the care manager: \(people(report.people[.waits, default: 0]))",
                detail: "\(items(report.waiting)) would wait. What nobody has worked on goes by the default."),
        ]
        if let failed = report.people[.failed] {
            section.lines.append(
                PlanSections.Line(
                    text: "Failed: \(people(failed))", detail: "Their record names a person who is not on file."))
        }
        if report.already > 0 {
            section.lines.append(
                PlanSections.Line(
                    text: "Decided already: \(people(report.already))",
                    detail: "They follow version \(tried.move.new), and are not touched."))
        }
        return section
    }

    private static func lines(_ tried: TriedMove) -> PlanSections.Section? {
        let report = tried.report
        let rows = tried.diff.lines.filter { $0.fate != .kept }.map { line in
            let done = report.lines[line.id] ?? [:]
            func count(_ number: Int) -> String { number == 0 ? "–" : String(number) }
            let chosen = tried.move.deeds[line.id] ?? .keep
            // What waits for its time is a person's as much as what is open.
            let isNew = done.filter { ![.keep, .leave].contains($0.key) }.values.reduce(0, +)
            let isOld = done.filter { [.keep, .leave].contains($0.key) }.values.reduce(0, +)
            return PlanSections.Table.Row(
                head: line.title,
                cells: [
                    MovePage.words(chosen), count(isNew), count(isOld), count(report.linesWaiting[line.id] ?? 0),
                ])
        }
        guard !rows.isEmpty else { return nil }
        var section = PlanSections.Section(id: "lines", title: "Goal by goal and step by step")
        section.table = PlanSections.Table(
            caption: "What the default does to each goal and step",
            heads: ["Goal or step", "Default", "Takes the new", "Keeps the old", "Waits"], rows: rows)
        return section
    }

    private static func why(_ tried: TriedMove) -> PlanSections.Section? {
        guard !tried.report.reasons.isEmpty else { return nil }
        var section = PlanSections.Section(id: "why", title: "Why some wait")
        section.intro = "One goal or step may have several reasons."
        section.lines = tried.report.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { reason, count in
            PlanSections.Line(text: reason, detail: items(count))
        }
        return section
    }

    private static func publishing(_ tried: TriedMove, _ id: String) -> PlanSections.Section {
        var section = PlanSections.Section(id: "publish", title: "Publish it")
        section.intro =
            "Then it is done for everybody, one after the other, in the background. Why: \(tried.move.reason)"
        let deeds = tried.move.deeds.sorted { $0.key < $1.key }.map { ("deed-\($0.key)", $0.value.rawValue) }
        section.forms = [
            PlanSections.Block(
                "Publish the default",
                FormModel(
                    "/protocols/\(id)/move", submit: "Publish for \(people(tried.report.all))",
                    hidden: [("from", tried.move.old), ("to", tried.move.new), ("reason", tried.move.reason)] + deeds,
                    cancel: "/protocols/\(id)/move?from=\(tried.move.old.formEncoded)"), nil, isOpen: true)
        ]
        return section
    }
}
