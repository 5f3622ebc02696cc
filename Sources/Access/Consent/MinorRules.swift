package import Content
package import FHIR

/// At which ages who decides over a minor's record, and what is kept from parents. Content/consents/minors.yaml
///
/// 45 CFR 164.502(g)(3) leaves this to the law of the state, so that each site sets it.
package struct MinorRules: Sendable {
    /// What staff choose from, be it what they have seen or why somebody is no longer let in.
    package struct Choice: Sendable, Equatable {
        package let code: String
        package let title: String
        /// Of an ending: nobody is let in again after it without being asked whether it still holds.
        package let warns: Bool
        /// Of an ending: the label that the consent carries from then on.
        package let label: String?
    }

    package static let file = "consents/minors.yaml"
    /// The word of a role's rule for the labels that are kept from parents.
    package static let keptLabels = "kept-from-parents"

    /// Years, from which on a person decides alone.
    package let majority: Int
    /// Below it a parent or guardian sees what there is.
    package let wholeRecordBelow: Int
    package let ownAccountFrom: Int
    /// Whether somebody below majority may let others see something.
    package let mayNameOthers: Bool
    /// Codes of labels.
    package let keptFromParents: [String]
    /// The same for people to read.
    package let keptInWords: [String]
    /// The same in Spanish; in English where nobody has put it so.
    package let keptInSpanish: [String]
    package let proofs: [Choice]
    package let endings: [Choice]

    /// Ages alone, for whoever has no content: nobody below majority has or gives anything away.
    package init(majority: Int = 18) {
        self.majority = majority
        wholeRecordBelow = 0
        ownAccountFrom = majority
        mayNameOthers = false
        keptFromParents = []
        keptInWords = []
        keptInSpanish = []
        proofs = []
        endings = []
    }

    /// - Throws: ``AccessContentFailure``
    package init(content: Content) throws(AccessContentFailure) {
        do {
            guard let bytes = content.file(Self.file) else {
                throw ContentProblem(place: "the file", problem: "it is not there")
            }
            try self.init(root: ContentField(root: YAML.parse(bytes)))
        } catch {
            throw AccessContentFailure(file: Self.file, problem: "\(error)")
        }
    }

    init(root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "majority", "wholeRecordBelow",
            "ownAccountFrom", "mayNameOthers", "keptFromParents", "proofs", "endings",
        ])
        _ = try ContentOrigin(root)
        majority = try Self.age(root["majority"], to: 25)
        wholeRecordBelow = try Self.age(root["wholeRecordBelow"], to: majority)
        ownAccountFrom = try Self.age(root["ownAccountFrom"], to: majority)
        mayNameOthers = try Self.truth(root["mayNameOthers"])
        let kept = root["keptFromParents"]
        try kept.allow(["labels", "words", "es"])
        keptFromParents = try kept["labels"].texts()
        keptInWords = try kept["words"].texts()
        keptInSpanish = try kept["es"].isPresent ? kept["es"].texts() : keptInWords
        guard keptInSpanish.count == keptInWords.count else {
            throw kept["es"].problem("it says as many things as \"words\"")
        }
        guard keptFromParents.isEmpty == keptInWords.isEmpty else {
            throw kept["words"].problem("what is kept from parents is told in words")
        }
        proofs = try Self.choices(root["proofs"])
        endings = try Self.choices(root["endings"])
    }

    private static func age(_ field: ContentField, to most: Int) throws(ContentProblem) -> Int {
        let age = try field.int()
        guard (0...most).contains(age) else {
            throw field.problem("an age of 0 to \(most) is expected")
        }
        return age
    }

    private static func truth(_ field: ContentField) throws(ContentProblem) -> Bool {
        switch try field.text() {
        case "yes": return true
        case "no": return false
        default: throw field.problem("it is \"yes\" or \"no\"")
        }
    }

    private static func choices(_ field: ContentField) throws(ContentProblem) -> [Choice] {
        var choices: [Choice] = []
        for item in try field.list() {
            try item.allow(["code", "title", "warns", "label"])
            let code = try item["code"].text()
            guard !choices.contains(where: { $0.code == code }) else {
                throw item.problem("its code is taken")
            }
            choices.append(
                Choice(
                    code: code, title: try item["title"].text(),
                    warns: try item["warns"].isPresent ? Self.truth(item["warns"]) : false,
                    label: try item["label"].optionalText()))
        }
        guard !choices.isEmpty else {
            throw field.problem("there is nothing to choose from")
        }
        return choices
    }
}

/// Ages at a moment. Who has died, or was born on a day that is not wholly on file, is of no age: closed in doubt. A day
/// counts where on earth it begins last where it opens something, and where it begins first where it closes something.
extension MinorRules {
    /// Who a minor is to a parent or guardian.
    package enum Minor: Sendable, Equatable {
        /// They see what there is.
        case child
        /// Some things are between the young person and the care team.
        case adolescent
    }

    /// Whether a person is alive and of age.
    /// - Parameters:
    ///   - patient: the Patient.
    ///   - now: milliseconds since 1970.
    /// - Returns: false in doubt.
    package func decidesAlone(_ patient: JSONNode, at now: Int64) -> Bool {
        hasReached(majority, patient, at: now)
    }

    /// Whether a person may have an account of their own.
    package func mayHaveAccount(_ patient: JSONNode, at now: Int64) -> Bool {
        hasReached(min(ownAccountFrom, majority), patient, at: now)
    }

    /// Whether a person may let others see something.
    package func mayNameOthers(_ patient: JSONNode, at now: Int64) -> Bool {
        decidesAlone(patient, at: now) || (mayNameOthers && mayHaveAccount(patient, at: now))
    }

    /// Who a person is to a parent or guardian.
    /// - Returns: nil for who is of age, may be so somewhere on earth, or is of no known age.
    package func minor(_ patient: JSONNode, at now: Int64) -> Minor? {
        guard let born = Self.birth(patient) else {
            return nil
        }
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now + Self.earliestZone))
        // Who was born on 29 February has the birthday on the 28th here, where others count from 1 March.
        guard born <= today, today < born.adding(months: majority * 12) else {
            return nil
        }
        return today < born.adding(months: wholeRecordBelow * 12) ? .child : .adolescent
    }

    /// When parents and guardians cease to see anything, milliseconds since 1970; nil when the birth date is not known.
    package func lapses(born birth: String?) -> Int64? { comesOfAge(born: birth).map { $0 - Self.earliestZone } }

    /// The first moment of the day on which a person is of age, in UTC; the earliest that it may be where the birth date is not
    /// known to the day.
    /// - Parameter birth: as FHIR writes it.
    /// - Returns: milliseconds since 1970; nil when the birth date is not known.
    package func comesOfAge(born birth: String?) -> Int64? {
        guard let born = birth.flatMap({ FHIRDate($0) })?.firstDay else {
            return nil
        }
        return Int64(born.adding(months: majority * 12).daysSinceEpoch) * 86_400_000
    }

    private func hasReached(_ age: Int, _ patient: JSONNode, at now: Int64) -> Bool {
        guard let born = Self.birth(patient) else {
            return false
        }
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now - Self.latestZone))
        return born.years(until: today) >= age
    }

    /// Of somebody who is alive, when it is known to the day.
    private static func birth(_ patient: JSONNode) -> CalendarDay? {
        guard patient["deceasedDateTime"] == nil, patient["deceasedBoolean"]?.bool != true,
            let birth = patient["birthDate"]?.string.flatMap({ FHIRDate($0, as: .date) }), birth.precision == .day
        else {
            return nil
        }
        return birth.firstDay
    }

    /// UTC−12 and UTC+14.
    private static let latestZone: Int64 = 12 * 3_600_000
    private static let earliestZone: Int64 = 14 * 3_600_000
}
