import Care

/// Help for someone whose answer means danger: `parts/crisis.mustache`.
struct CrisisHelp {
    /// What staff read who read the rest aloud in another language.
    struct InEnglish {
        let heading: String
        let sentence: String
        let nurse: String
        let danger: String
    }

    let heading: String
    let line: String
    let sentence: String
    /// The language of what the person reads or hears, when it is not that of the page.
    let lang: String?
    let nurse: String
    let danger: String
    let english: InEnglish?

    /// As staff see it who sit with the person, or have them on the phone: to be read aloud as it stands.
    /// - Parameters:
    ///   - flags: what the answers mean; the first one's help is shown.
    ///   - owner: the name of who has the safety task; nil when nobody does.
    ///   - due: until when it is to be acknowledged, as people read it.
    ///   - language: in which the person was asked.
    init?(_ flags: [Screening.SafetyFlag], owner: String?, due: String?, language: String?) {
        guard let kind = flags.first?.asks else {
            return nil
        }
        let said = kind.words(in: language)
        let clock = due.map { ", to be acknowledged by \($0)" } ?? ""
        let forStaff =
            owner.map { "\($0) looks after this today, and has it at the top of the list\(clock)." }
            ?? "Nobody here is on duty right now. Please call \(kind.line) now."
        let dangerInEnglish = Self.danger(kind, .en)
        (heading, sentence, line, lang) = (said.words.heading, said.words.tell, kind.line, said.language)
        guard let spoken = said.language else {
            (nurse, danger, english) = (forStaff, dangerInEnglish, nil)
            return
        }
        nurse =
            owner.map { PlanLanguage(code: spoken).say(forStaff, "\($0) se ocupa hoy de esto.") }
            ?? said.words.nobody
        danger = Self.danger(kind, PlanLanguage(code: spoken))
        english = InEnglish(
            heading: kind.words.heading, sentence: kind.words.tell, nurse: forStaff, danger: dangerInEnglish)
    }

    /// As the person sees it who answered on a device of their own.
    /// - Parameters:
    ///   - flags: what the answers mean.
    ///   - callBy: when a nurse calls, as people read it; nil when nobody is on duty.
    ///   - language: that of the person.
    init?(toPerson flags: [Screening.SafetyFlag], callBy: String?, language: String?) {
        guard let kind = flags.first?.asks else {
            return nil
        }
        let said = kind.words(in: language)
        (heading, sentence, line, lang) = (said.words.heading, said.words.tell, kind.line, said.language)
        nurse = callBy.map { said.words.call(by: $0) } ?? said.words.nobody
        danger = Self.danger(kind, PlanLanguage(code: said.language))
        english = nil
    }

    private static func danger(_ kind: SafetyKind, _ language: PlanLanguage) -> String {
        language.say(
            "If you are in danger now, call \(kind.emergencyLine).",
            "Si está en peligro ahora, llame al \(kind.emergencyLine).")
    }
}
