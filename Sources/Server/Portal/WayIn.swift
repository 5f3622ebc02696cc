import Care
import Foundation
import Hummingbird
import Records

/// An invitation as it is shown once to whoever made it: the fields of `parts/way-in.mustache`.
struct WayIn {
    let says: WayInWords
    let link: String
    /// The link for a camera; nil when it cannot be drawn.
    let svg: String?
    /// In two groups of three.
    let code: String

    /// - Parameters:
    ///   - given: the token and the code.
    ///   - name: of the person whose record it opens.
    ///   - language: in which the picture is named.
    ///   - once: whether it works once, for whoever knows the birth date besides; else as often as it takes.
    ///   - request: whose address the link has, unless the site names its own.
    ///   - services: of the site.
    /// - Throws: when no address is known.
    init(
        _ given: Invitations.Given, name: String, in language: PlanLanguage = .en, once: Bool = true,
        _ request: Request, _ services: Services
    ) throws {
        link = try Self.base(request, services) + (once ? "/invitation/" : "/handed/") + given.token
        svg = QRCode.svg(
            link, label: language.say("The link, for a phone's camera", "El enlace, para la cámara de un teléfono"))
        code = "\(given.code.prefix(3)) \(given.code.dropFirst(3))"
        let days = PersonDays(language: language, now: services.now(), zone: services.zone)
        says = WayInWords(language, name: name, until: days.day(given.until), once: once)
    }

    /// Under which address the server is reached.
    static func base(_ request: Request, _ services: Services) throws -> String {
        let api = try BaseURL.of(request, configured: services.url)
        let base = String(api.dropLast("/fhir".count))
        let isPlain = services.url == nil && services.isEncrypted && base.hasPrefix("http://")
        return isPlain ? "https://\(base.dropFirst("http://".count))" : base
    }
}
