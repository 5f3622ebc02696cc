/// Writes a person's records as FHIR R4 JSON. It decides nothing: what happened is told to it.
struct Scribe {
    let content: SyntheticContent
    var sheets = Sheets()
    var line = ByteLine()
    private(set) var person: SyntheticPerson
    /// How many of each kind the person has so far.
    private var counts = [Int](repeating: 0, count: SyntheticKind.allCases.count)

    init(_ content: SyntheticContent, _ person: SyntheticPerson) {
        self.content = content
        self.person = person
    }

    /// Turns to the next person, whose records are numbered from 1.
    mutating func turn(to person: SyntheticPerson) {
        self.person = person
        for index in counts.indices { counts[index] = 0 }
    }

    /// Begins a record and gives its number.
    mutating func begin(_ kind: SyntheticKind) -> Int {
        counts[kind.rawValue] += 1
        line.clear()
        line.add(kind.opening)
        line.add(person.id)
        if kind != .patient {
            line.add(kind.letter)
            line.add(number: counts[kind.rawValue])
        }
        return counts[kind.rawValue]
    }

    /// Number that the next Encounter will have, so that a diagnosis can name the visit that follows it.
    var nextVisit: Int { counts[SyntheticKind.encounter.rawValue] + 1 }

    mutating func end(_ kind: SyntheticKind) { sheets.add(kind, line) }

    /// `,"subject":{"reference":"Patient/…"}` under the name given.
    mutating func patient(as name: StaticString) {
        line.add(#",""#)
        line.add(name)
        line.add(#"":{"reference":"Patient/"#)
        line.add(person.id)
        line.add(#""}"#)
    }

    /// `"Type/p000042-c3"` without more.
    mutating func reference(_ type: StaticString, _ kind: SyntheticKind, _ number: Int) {
        line.add(#"{"reference":""#)
        line.add(type)
        line.add("/")
        line.add(person.id)
        line.add(kind.letter)
        line.add(number: number)
        line.add(#""}"#)
    }

    mutating func encounter(_ number: Int?) {
        guard let number else { return }
        line.add(#","encounter":"#)
        reference("Encounter", .encounter, number)
    }

    mutating func practitioner(_ number: Int) {
        line.add(#"{"reference":"Practitioner/pr"#)
        line.add(number: number, width: 5)
        line.add(#""}"#)
    }

    mutating func organization(_ number: Int) {
        line.add(#"{"reference":"Organization/org"#)
        line.add(number: number, width: 4)
        line.add(#""}"#)
    }
}
