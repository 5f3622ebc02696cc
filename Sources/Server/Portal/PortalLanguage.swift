import Care
import HTTPTypes
import Hummingbird
import Records

extension Reader {
    /// In which language the portal shows a record: that of the person whose it is.
    /// - Parameter person: whose record, and who looks.
    /// - Returns: English for whoever has no other that we speak.
    /// - Throws: what the database reports.
    func language(of person: PortalPerson) throws -> PlanLanguage {
        PlanLanguage(code: try find("Patient", person.id).flatMap { Words.languageCode(of: $0.root) })
    }
}

/// The language of a page that nobody has signed in to: what was chosen on it, else what the browser asks for first.
struct DoorLanguage {
    let language: PlanLanguage
    let other: Other

    /// The way to the same page in the other language.
    struct Other {
        let text: String
        let lang: String
        let href: String
    }

    init(_ request: Request, path: String) {
        let wanted =
            Form.query(of: request)["language"]
            ?? request.headers[.acceptLanguage]?.split(whereSeparator: { ",;".contains($0) }).first
            .map { String($0).trimmed }
        language = PlanLanguage(code: wanted)
        let code = language == .es ? "en" : "es"
        other = Other(
            text: PortalFormWords.names[code] ?? code, lang: code, href: Self.address(path, code))
    }

    /// Where a form of this page posts, so that its answer comes in the same language.
    func action(_ path: String) -> String { Self.address(path, language.rawValue) }

    private static func address(_ path: String, _ code: String) -> String { "\(path)?language=\(code)" }
}
