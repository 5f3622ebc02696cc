import Care

/// The fields of the editor of a form, with what was typed and what has to be put right.
struct FormEditorFields {
    let draft: FormDraft
    let problems: [FormProblems.Problem]
    let kinds: SafetyRules

    private func faulted(_ fields: [Field]) -> [Field] {
        fields.faulted(problems.isEmpty ? nil : FormProblems(problems))
    }

    private func line(_ name: String, _ label: String, optional: Bool = false, hint: String? = nil) -> Field {
        Field.line(name, label, value: draft.text(name)).with {
            $0.optional = optional
            $0.hint = hint
        }
    }

    private func area(_ name: String, _ label: String, rows: Int, optional: Bool = false, hint: String? = nil) -> Field
    {
        Field.area(name, label, value: draft.text(name), rows: rows).with {
            $0.optional = optional
            $0.hint = hint
        }
    }

    var about: [Field] {
        faulted([
            line("title", "Title"),
            line(
                "title-es", "Title in Spanish", optional: true,
                hint: "With it, all of the form has to be there in Spanish."),
            area("purpose", "What it is for, in plain words", rows: 2),
            area("purpose-es", "The same in Spanish", rows: 2, optional: true),
            line("source", "Source", hint: "Who wrote it, and where it was published."),
            line("terms", "By which terms you may use it", hint: "It is shown with the form."),
            .select(
                "group", "Where it stands in the list", Asking.Group.allCases.map { ($0.rawValue, $0.title) },
                chosen: draft.text("group").isEmpty ? Asking.Group.other.rawValue : draft.text("group")),
            number("from-age", "From which age"), number("to-age", "Up to which age"),
            number("again-days", "Ask again after so many days"),
        ])
    }

    private func number(_ name: String, _ label: String) -> Field {
        line(name, label, optional: true).with {
            $0.inputmode = "numeric"
            $0.short = true
        }
    }

    /// The questions there are, and room for another one.
    var questions: [FormPage.Model.Question] {
        let numbers = draft.questions
        let next = (numbers.max() ?? -1) + 1
        return numbers.enumerated().map { place, number in
            FormPage.Model.Question(title: "Question \(place + 1)", fields: question(number, place + 1))
        } + (next < FormDraft.mostQuestions ? [.init(title: "A new question", fields: question(next, nil))] : [])
    }

    private func question(_ number: Int, _ place: Int?) -> [Field] {
        func name(_ part: String) -> String { "q\(number)-\(part)" }
        let kinds = [
            ("choice", "One of some answers"), ("integer", "A whole number"), ("boolean", "Yes or no"),
            ("text", "Words"), ("date", "A day"), ("display", "No question: words to read"),
        ]
        let dangers = [("", "None")] + self.kinds.kinds.map { ($0.kind, Self.plain($0.kind)) }
        var fields: [Field] = [
            area(name("text"), "Words", rows: 2, optional: place == nil),
            area(name("es"), "In Spanish", rows: 2, optional: true),
            .select(name("kind"), "What an answer is", kinds, chosen: draft.text(name("kind"))),
            area(
                name("choices"), "Answers, one a line", rows: 4, optional: true,
                hint: "points | English | Spanish, such as 0 | Never | Nunca. For a number: 0-10."),
            .check(name("required"), "Has to be answered", isOn: !draft.text(name("required")).isEmpty),
            .select(name("danger"), "Danger that points above 0 mean", dangers, chosen: draft.text(name("danger"))),
        ]
        if let place {
            fields += [
                Field.line(name("place"), "Place", value: String(place)).with {
                    $0.inputmode = "numeric"
                    $0.short = true
                },
                .check(name("remove"), "Take this question away", isOn: false),
            ]
        }
        return faulted(fields)
    }

    var scoring: [Field] {
        faulted([
            .select(
                "combine", "What the points come to",
                [
                    ("", "Nothing: it is not scored"), ("sum", "Their sum"), ("mean", "Their mean"),
                    ("max", "The highest"),
                ],
                chosen: draft.text("combine")),
            line("cut-off", "Positive from how many points", optional: true).with {
                $0.inputmode = "numeric"
                $0.short = true
            },
            area(
                "bands", "Bands, one a line", rows: 4, optional: true,
                hint: "from-to | what it is called | what it asks for, such as 0-4 | low | Ask again in a year."),
        ])
    }

    /// What each kind of danger asks for, as the site's safety rules say it.
    var danger: [FormPage.Model.Danger] {
        kinds.kinds.map { kind in
            .init(
                kind: Self.plain(kind.kind), within: kind.within, action: kind.action, tell: kind.words.tell,
                spanish: kind.words(in: "es").words.tell)
        }
    }

    private static func plain(_ kind: String) -> String { kind.replacing("-", with: " ") }
}
