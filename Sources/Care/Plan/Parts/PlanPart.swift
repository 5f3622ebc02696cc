package import FHIR

/// A part of a plan that is written in words: it stands in the CarePlan itself, so that it has the plan's versions.
package enum PlanPart: String, Sendable, CaseIterable {
    case strengths
    case diet
    case activity
    case crisis
    case symptoms
    case medical
    case caregiver
    case home
    case services
    case coordination
    case outlook

    static let url = "urn:almoner:extension:plan-part"
    static let notNeededURL = "urn:almoner:extension:plan-not-needed"

    package var title: String {
        switch self {
        case .strengths: "Strengths"
        case .diet: "Food and drink"
        case .activity: "Moving and rest"
        case .crisis: "What to do in a crisis"
        case .symptoms: "How symptoms are eased"
        case .medical: "Medical treatment"
        case .caregiver: "How the caregiver is doing"
        case .home: "Home and surroundings"
        case .services: "Help in the community"
        case .coordination: "Who works together, and how"
        case .outlook: "What to expect: outcome and outlook"
        }
    }

    /// Printed on the one page that the person takes home.
    package var isForPaper: Bool { [.diet, .activity, .crisis].contains(self) }

    /// The parts of a plan that are written, by the CarePlan that holds them.
    package static func read(_ plan: JSONNode?) -> [PlanPart: String] {
        var found: [PlanPart: String] = [:]
        for mark in plan?.list("extension") ?? [] where mark.text("url") == url {
            let inner = mark.list("extension")
            if let part = inner.first(where: { $0.text("url") == "part" })?.text("valueCode").flatMap(Self.init),
                let words = inner.first(where: { $0.text("url") == "words" })?.text("valueString")
            {
                found[part] = words
            }
        }
        return found
    }

    /// Elements that this person does not need, each with the reason.
    package static func notNeeded(_ plan: JSONNode?) -> [String: String] {
        var found: [String: String] = [:]
        for mark in plan?.list("extension") ?? [] where mark.text("url") == notNeededURL {
            let inner = mark.list("extension")
            if let element = inner.first(where: { $0.text("url") == "element" })?.text("valueCode"),
                let reason = inner.first(where: { $0.text("url") == "reason" })?.text("valueString")
            {
                found[element] = reason
            }
        }
        return found
    }

    static func extensions(_ parts: [(code: String, words: String)], url: String, names: (String, String)) -> [JSON] {
        parts.map { code, words in
            [
                "url": .string(url),
                "extension": [
                    ["url": .string(names.0), "valueCode": .string(code)],
                    ["url": .string(names.1), "valueString": .string(words)],
                ],
            ]
        }
    }
}
