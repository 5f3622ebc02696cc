import Care

/// The forms of the page of caseloads, with what was typed into them.
struct CaseloadsForms {
    let read: CaseloadsWords.Read
    let typed: Form
    let into: String?
    let problems: FormProblems?

    private var choices: [(String, String)] {
        read.picture.desks.map { ($0.staff.reference, $0.staff.name) }
    }

    private func value(_ form: String, _ name: String) -> String? { into == form ? typed[name] : nil }

    func undo(_ move: String) -> FormModel {
        FormModel(
            "/caseloads/undo", submit: "Take the move back", hidden: [("move", move)],
            intro: "Everybody becomes whose they were, with the tasks that moved. What was given on since stays.")
    }

    var absence: FormModel {
        FormModel(
            "/absences", submit: "Add the absence",
            fields: [
                .select("away", "Who is away", [("", "Choose")] + choices, chosen: value("absence", "away")),
                Field.line("from", "First day", value: value("absence", "from"), type: "date").with { $0.short = true },
                Field.line("until", "Last day", value: value("absence", "until"), type: "date").with {
                    $0.short = true
                },
                Field.select("cover", "Who covers", [("", "Nobody yet")] + choices, chosen: value("absence", "cover"))
                    .with { $0.hint = "They see the work on Today as long as it lasts." },
            ].faulted(into == "absence" ? problems : nil))
    }

    var staff: FormModel {
        guard let desk = read.chosen.flatMap({ read.picture[$0] }) else {
            return FormModel(
                "/caseloads/staff", submit: "Save",
                intro: "Choose a name in the table first, to write down what they carry and speak.",
                fields: [
                    .select("who", "Who", [("", "Choose")] + choices, chosen: nil)
                ].faulted(into == "staff" ? problems : nil))
        }
        let staff = desk.staff
        let isTyped = into == "staff"
        return FormModel(
            "/caseloads/staff", submit: "Save", version: staff.version, hidden: [("who", staff.reference)],
            intro: staff.name,
            fields: [
                Field.line(
                    "capacity", "Points that they carry",
                    value: isTyped ? typed["capacity"] : staff.capacity.map(SuggestManager.number)
                ).with {
                    $0.short = true
                    $0.optional = true
                    $0.inputmode = "decimal"
                    $0.hint = "Left empty, as is usual here: \(SuggestManager.number(desk.capacity))."
                },
                Field.line(
                    "languages", "Languages, by their codes",
                    value: isTyped ? typed["languages"] : staff.languages.joined(separator: ", ")
                ).with {
                    $0.optional = true
                    $0.hint = "For example en, es."
                },
                Field.line("city", "Town where they work", value: isTyped ? typed["city"] : staff.city).with {
                    $0.optional = true
                },
            ].faulted(isTyped ? problems : nil))
    }
}
