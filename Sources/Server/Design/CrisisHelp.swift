import Care

/// Help for someone whose answer means danger: `parts/crisis.mustache`.
struct CrisisHelp {
    let heading: String
    let line: String
    let sentence: String
    /// The language of the sentence, when it is not that of the page.
    let lang: String?
    /// That of heading and of what a nurse does.
    let spokenLang: String?
    let nurse: String
    let emergency: String

    /// As staff see it who sit with the person.
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
        heading = kind.words.heading
        line = kind.line
        sentence = said.words.tell
        lang = said.language
        spokenLang = nil
        let clock = due.map { ", to be acknowledged by \($0)" } ?? ""
        nurse =
            owner.map { "\($0) looks after this today, and has it at the top of the list\(clock)." }
            ?? "Nobody here is on duty right now. Please call \(kind.line) now."
        emergency = kind.emergencyLine
    }

    /// As the person sees it who answered on a device of their own.
    /// - Parameters:
    ///   - flags: what the answers mean.
    ///   - callBy: when a nurse calls, as people read it; nil when nobody is on duty.
    ///   - language: that of the person, when it is not that of the page.
    init?(toPerson flags: [Screening.SafetyFlag], callBy: String?, language: String?) {
        guard let kind = flags.first?.asks else {
            return nil
        }
        let said = kind.words(in: language)
        heading = said.words.heading
        line = kind.line
        sentence = said.words.tell
        lang = said.language
        spokenLang = said.language
        nurse = callBy.map { said.words.call(by: $0) } ?? said.words.nobody
        emergency = kind.emergencyLine
    }
}
