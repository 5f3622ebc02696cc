import Care

/// What a pack on the plan says of warning signs, self-care, contacts and measures.
struct PlanGuide {
    struct Light {
        let name: String
        let tone: String
        let see: String
        let act: String
    }

    let id: String
    let title: String
    let lights: [Light]
    let selfCare: [PlanLines.Text]
    let contacts: String
    let measures: String?

    init(_ pack: PlanPack) {
        id = pack.id
        title = pack.title
        lights = pack.warningSigns.map {
            Light(name: $0.light.name(.en), tone: $0.light.tone, see: $0.see.en, act: $0.act.en)
        }
        selfCare = pack.selfCare.map { PlanLines.Text(text: $0.en) }
        let turns = pack.contacts.turns.map { turn in
            let rhythm = "every \(Words.count(turn.everyDays, "day"))"
            return turn.forDays.map { "\(rhythm) for \(Words.count($0, "day"))" } ?? rhythm
        }
        contacts =
            "\(pack.contacts.who.title), first within \(Words.count(pack.contacts.firstInDays, "day")), "
            + turns.joined(separator: ", then ")
        measures =
            pack.measures.isEmpty
            ? nil
            : pack.measures.map { measure in
                measure.everyDays.map { "\(measure.name) every \(Words.count($0, "day"))" } ?? measure.name
            }.joined(separator: ", ")
    }
}

extension PlanPack.WarningSign.Light {
    func name(_ language: PlanLanguage) -> String { language.of(words) }

    var tone: String {
        switch self {
        case .green: "good"
        case .yellow: "soon"
        case .red: "now"
        }
    }
}
