import Access
package import Care
package import Content
import FHIR
package import Foundation
package import Records

/// What pages need, handed to each: no page makes anything of its own.
package struct Services: Sendable {
    package let records: Records
    package let accounts: Accounts
    package let sessions: Sessions
    /// Ways into the portal, and the accounts that came of them.
    package let invitations: Invitations
    package let portalAccounts: PortalAccounts
    /// Records that people have handed over to others.
    package let handOvers: HandOvers
    package let clients: Clients
    package let tokens: Tokens
    /// Programmes that are being tried out.
    let dryRuns = Trials<DryRun.Report>()
    /// Defaults for everybody who follows a protocol that are being tried out.
    let moveTrials = Trials<TriedMove>()
    package let content: Content
    package let care: CareContent
    package let pages: Pages
    /// Milliseconds since 1970.
    package let now: @Sendable () -> Int64
    /// The zone in which the site reads and writes times.
    package let zone: TimeZone
    /// Whose server this is.
    package let site: String
    /// Under which address the server is reached, for example `https://care.example`; nil: as it was asked.
    package var url: String?
    /// Whether browsers reach the server by TLS: its own, or that of what stands before it.
    package var isEncrypted = false
    /// Whether `/metrics` answers to other machines too.
    package var metricsAreOpen = false
    /// How long the tokens last that clients get for themselves.
    package var tokenMilliseconds = Tokens.usualMilliseconds
    /// What makes PDF files; nil where the site has not installed it.
    package var printer: PDFPrinter?
    /// What says from where a request came that came by a proxy; nil when there is no proxy that could be believed.
    package var proxies: TrustedProxies?
    /// Fetches the keys of clients that keep them at an address of their own.
    package var clientKeys = ClientKeys(outbound: Outbound(allowed: OutboundAllowed.none))
    /// The form by which people are referred from outside; nil where the site has not opened it.
    package var publicReferrals: PublicReferrals?
    /// The feeds of other systems that the site expects, and what is made of their messages.
    package var feeds: [ExpectedFeed] = []
    package var messages: TakeInMessages?
    /// What becomes of a resource that breaks the definitions of FHIR.
    package var validation: Judgement = .refuse
    /// What becomes of a resource that refers to what is not there.
    package var references: Judgement = .warn

    package init(
        records: Records, content: Content, care: CareContent, now: @escaping @Sendable () -> Int64, zone: TimeZone,
        site: String, secrets: SealedSecrets? = nil, secondFactor: SignInRules.Enforced = .off
    ) throws {
        self.records = records
        let rules = try SignInContent(content, roles: records.policy.roles).rules(site: site, secondFactor)
        accounts = Accounts(records: records, rules: rules, secrets: secrets)
        sessions = Sessions(records: records)
        invitations = Invitations(records: records, accounts: accounts)
        portalAccounts = PortalAccounts(records: records)
        handOvers = HandOvers(records: records)
        clients = Clients(records: records)
        tokens = Tokens(records: records)
        self.content = content
        self.care = care
        pages = try Pages(content: content)
        self.now = now
        self.zone = zone
        self.site = site
    }

    /// Looks which forms of its own the site has published, and asks those from now on.
    package func readForms() async throws {
        let library = care.instruments
        let today = SiteDay(zone: zone).today(now()).text
        try await records.read(as: .system("forms"), at: now(), for: "forms") { reader in
            try library.site.read(by: reader, today: today, shipped: library.shippedNames)
        }
    }

    /// The same when another process may have published in between.
    func freshenForms() async throws {
        if care.instruments.site.isDue(at: now()) {
            try await readForms()
        }
    }

    /// The cookie of signed-in browsers, as strict as the way in which the server is reached allows.
    var cookie: SessionCookie {
        SessionCookie(isSecure: isEncrypted || url?.lowercased().hasPrefix("https:") ?? false)
    }
}
