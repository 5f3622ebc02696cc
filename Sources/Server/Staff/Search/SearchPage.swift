import Care
import Hummingbird
import Records

/// Finds people by name, birth date, telephone or record number, and the actions of the product.
struct SearchPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("search", use: show)
    }

    struct Model {
        let page: PageFrame
        let sub: String
        let people: [Person]
        let actions: [Action]
        let warning: String?
    }

    struct Part {
        let people: [Person]
        let actions: [Action]
    }

    struct Person {
        let id: String
        let name: String
        let href: String
        let about: String
        let tag: String?
        let tone: String
    }

    struct Action {
        let id: String
        let text: String
        let href: String
        let detail: String?
    }

    /// What the list under the search field holds at most.
    private static let mostInPart = 8

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let asked = Form.query(of: request)
        let typed = String((asked["q"] ?? "").prefix(100))
        let isPart = asked["part"] == "1"
        let caller = try context.caller()
        let found = try await services.records.read(
            as: caller, at: services.now(), for: "search", asking: Form([("q", typed)]).encoded
        ) { reader in
            try FindPeople.read(typed, by: reader, most: isPart ? Self.mostInPart : FindPeople.most)
        }
        let people = found.people.enumerated().map { place, person in
            Person(
                id: "found-\(place)", name: person.name, href: "/people/\(person.id)", about: Self.about(person),
                tag: person.isListed ? nil : "Died or no longer here", tone: "note")
        }
        let frame = PageFrame("Search", context)
        let actions = Self.actions(typed, found.people, pages: frame.nav.map { ($0.label, $0.href) })
        if isPart {
            return try services.pages.response(Part(people: people, actions: actions), "search-part")
        }
        var page = frame
        page.query = typed
        let more = found.isCut ? " or more" : ""
        let sub =
            "\(people.count)\(more) \(people.count == 1 && !found.isCut ? "person" : "people"), "
            + "\(actions.count) \(actions.count == 1 ? "action" : "actions")"
        return try services.pages.response(
            Model(page: page, sub: sub, people: people, actions: actions, warning: found.warning), "search")
    }

    private static func about(_ person: FindPeople.Person) -> String {
        [person.birth.isEmpty ? "" : "b. \(person.birth)", person.number.count > 20 ? "" : person.number, person.phone]
            .filter { !$0.isEmpty }.joined(separator: " · ")
    }

    /// Pages by their name; for the one person found what is done most.
    private static func actions(
        _ typed: String, _ people: [FindPeople.Person], pages: [(label: String, href: String)]
    ) -> [Action] {
        let words = PersonName.parts(of: typed)
        var actions: [(String, String, String?)] = pages.filter { page in
            guard let word = words.first, words.count == 1 else {
                return false
            }
            return page.label.lowercased().hasPrefix(word)
        }.map { ("Go to \($0.label)", $0.href, nil) }
        let listed = people.filter(\.isListed)
        if listed.count == 1, let person = listed.first {
            let place = "/people/\(person.id)"
            actions += [
                ("Start a contact", "\(place)/contact", person.name), ("Open the plan", "\(place)/plan", person.name),
                ("Assess", "\(place)/assess", person.name),
            ]
        }
        return actions.enumerated().map { Action(id: "action-\($0)", text: $1.0, href: $1.1, detail: $1.2) }
    }
}
