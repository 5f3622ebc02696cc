import HTTPTypes
import Hummingbird
import Records

/// From where a request came, for limits, for the list of one's own sessions, and for the audit.
enum ClientPlace {
    /// The address at the other end of the connection, or what a proxy says there that the site trusts.
    static func address(_ request: Request, _ context: StaffContext, _ services: Services) -> String? {
        guard let peer = context.peer.flatMap({ NetworkAddress($0) }) else {
            return nil
        }
        return (services.proxies?.origin(request.headers, peer: peer) ?? peer).text
    }

    static func of(_ request: Request, _ context: StaffContext, _ services: Services) -> Sessions.Place {
        Sessions.Place(
            address: address(request, context, services) ?? "", browser: browser(request.headers[.userAgent] ?? ""))
    }

    /// In words that one's own devices are recognised by, for example `Firefox on Windows`.
    static func browser(_ agent: String) -> String {
        let browsers = [
            ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Chromium"),
            ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("FxiOS/", "Firefox"), ("Safari/", "Safari"),
        ]
        let systems = [
            ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("CrOS", "ChromeOS"),
            ("Mac OS X", "Mac"), ("Linux", "Linux"),
        ]
        let browser = browsers.first { agent.contains($0.0) }?.1
        let system = systems.first { agent.contains($0.0) }?.1
        switch (browser, system) {
        case (let browser?, let system?): return "\(browser) on \(system)"
        case (let name?, nil), (nil, let name?): return name
        case (nil, nil): return "Unknown browser"
        }
    }
}
