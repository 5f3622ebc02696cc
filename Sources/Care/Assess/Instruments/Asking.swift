import Content

/// Whom a form is for, where it stands in a list of forms, and when it is asked again: one entry of
/// Content/instruments/asking.yaml.
package struct Asking: Sendable, Equatable {
    /// The part of the list of forms that it stands in, in this order.
    package enum Group: String, Sendable, CaseIterable {
        case wholePerson = "whole-person"
        case mood
        case dailyLife = "daily-life"
        case conditions
        case family
        case contacts
        case other

        package var title: String {
            switch self {
            case .wholePerson: "The whole person"
            case .mood: "Mood, worry, alcohol and drugs"
            case .dailyLife: "Daily life"
            case .conditions: "Illness and pregnancy"
            case .family: "Family and helpers"
            case .contacts: "After a stay, and how we did"
            case .other: "More forms"
            }
        }
    }

    /// Who asks it.
    private enum By: String, CaseIterable { case team, anyone }

    /// After how many days the form is asked again, for one band or for any result.
    package struct Again: Sendable, Equatable {
        package let days: Int
        package let band: String?
    }

    package let group: Group
    /// Ages in years it was made for.
    package let fromAge: Int?
    package let toAge: Int?
    /// Whom it was made for by Patient.gender; nil for everyone. Other and unknown are never left out.
    package let sex: CutOffSex?
    /// Whether someone of the team does it with the person: a test of walking, or questions for a trained asker.
    package let isByTeam: Bool
    /// The form to ask below its age: PHQ-9 modified for teens.
    package let youngerUse: String?
    /// Whether it is due for everyone of that age who was never asked.
    package let isRoutine: Bool
    /// The first that fits holds.
    package let again: [Again]
    /// Other forms that stand in for this one: PHQ-9 for PHQ-2.
    package let alsoCounts: [String]
    /// Why there is no wording in a language, by language.
    package let unsaid: [String: String]

    /// A form of which asking.yaml says nothing: for all ages, asked when someone asks it.
    package init() {
        group = .other
        fromAge = nil
        toAge = nil
        sex = nil
        isByTeam = false
        youngerUse = nil
        isRoutine = false
        again = []
        alsoCounts = []
        unsaid = [:]
    }

    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["group", "ages", "sex", "by", "younger", "routine", "again", "alsoCounts", "unsaid"])
        group = try field["group"].oneOf(Group.self)
        fromAge = try field["ages"]["from"].optionalInt()
        toAge = try field["ages"]["to"].optionalInt()
        sex = field["sex"].isPresent ? try field["sex"].oneOf(CutOffSex.self) : nil
        isByTeam = field["by"].isPresent ? try field["by"].oneOf(By.self) == .team : false
        youngerUse = try field["younger"].optionalText()
        isRoutine = try field["routine"].optionalText() == "yes"
        var again: [Again] = []
        for entry in try field["again"].list() {
            again.append(Again(days: try entry["days"].int(), band: try entry["band"].optionalText()))
        }
        if let odd = again.first(where: { !(1...3_650).contains($0.days) }) {
            throw field["again"].problem("\(odd.days) days are not between 1 and 3650")
        }
        self.again = again
        alsoCounts = try field["alsoCounts"].texts()
        var unsaid: [String: String] = [:]
        for (language, value) in try field["unsaid"].members() { unsaid[language] = try value.text() }
        self.unsaid = unsaid
    }

    /// Whether someone of that age and sex is asked; of unknown age one counts as an adult.
    package func fits(age: Int?, sex: CutOffSex = .unknown) -> Bool {
        let years = age ?? 18
        guard years >= fromAge ?? 0, years <= toAge ?? .max else { return false }
        return self.sex == nil || sex == .unknown || self.sex == sex
    }

    /// After how many days to ask again; nil when nothing says so.
    package func days(after band: String?) -> Int? {
        again.first { $0.band == nil || $0.band == band }?.days
    }

    /// What a reader should know when the person is of another age; nothing when the age is not known.
    func ageNote(_ age: Int?) -> [String] {
        guard let age else { return [] }
        if let fromAge, age < fromAge {
            let other = youngerUse.map { " There is one of its own for the young: \($0.uppercased())." } ?? ""
            return ["This form was made for people from \(fromAge) years on.\(other)"]
        }
        if let toAge, age > toAge { return ["This form was made for people up to \(toAge) years."] }
        return []
    }

    /// The entries of asking.yaml by form.
    static func all(_ root: ContentField) throws(ContentProblem) -> [String: Asking] {
        _ = try ContentOrigin(root)
        var found: [String: Asking] = [:]
        for (name, field) in try root["instruments"].members() { found[name] = try Asking(field) }
        return found
    }
}
