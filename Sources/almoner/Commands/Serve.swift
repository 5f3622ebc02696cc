import Access
import ArgumentParser
import Automation
import Care
import Exchange
import Foundation
import Hummingbird
import Logging
import Records
import Server
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the server.")

    @OptionGroup var options: DataOptions

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: Int = Environment.value("PORT").flatMap { Int($0) } ?? 8080

    @Option(help: "The address to listen on. Only this machine unless it is given.")
    var bind: String = Environment.value("BIND") ?? "127.0.0.1"

    @Option(help: "The time zone of the site, for example America/New_York.")
    var zone: String = Environment.value("ZONE") ?? TimeZone.current.identifier

    @Option(help: "The name of the site, shown at sign-in.")
    var site: String = Environment.value("SITE") ?? "Care management"

    @Option(help: "The address under which the server is reached, for example https://care.example.")
    var url: String? = Environment.value("URL")

    @Option(help: "Who must sign in with a second factor: off, roles (those that Content/sign-in names) or all.")
    var secondFactor: SignInRules.Enforced =
        Environment.value("SECOND_FACTOR").flatMap(SignInRules.Enforced.init(rawValue:)) ?? .roles

    @Option(
        help: "The file of the key that seals secrets; made at first start. Beside the data folder unless it is given.")
    var keyFile: String? = Environment.value("KEY_FILE")

    @Option(
        help: ArgumentHelp(
            "The address of a proxy of yours, or of many (10.0.0.0/24), that says from where a request came; can be given "
                + "more than once.",
            discussion: "What others say in that header is not believed. In ALMONER_TRUSTED_PROXY with commas between.")
    )
    var trustedProxy: [String] =
        Environment.value("TRUSTED_PROXY").map { $0.split(separator: ",").map(String.init) } ?? []

    @Option(
        help:
            "The header in which your proxy says it: X-Forwarded-For, Forwarded or another that holds the address alone."
    )
    var proxyHeader: String = Environment.value("PROXY_HEADER") ?? "X-Forwarded-For"

    @Option(
        help: ArgumentHelp(
            "A host, or HOST:PORT, from which keys of API clients may be fetched though its address is private or it "
                + "speaks no TLS; can be given more than once.",
            discussion: "In ALMONER_ALLOW_OUTBOUND with commas between."))
    var allowOutbound: [String] =
        Environment.value("ALLOW_OUTBOUND").map { $0.split(separator: ",").map(String.init) } ?? []

    @Option(
        help: ArgumentHelp(
            "A PEM file with the certificate of an authority of yours, or of several, that may vouch for those hosts.",
            discussion: "It is trusted beside those that the system trusts, for what the server fetches alone."))
    var outboundCa: String? = Environment.value("OUTBOUND_CA")

    @Option(help: "For how many minutes, 1 to 60, the tokens last that API clients get for themselves.")
    var tokenMinutes: Int = Environment.value("TOKEN_MINUTES").flatMap { Int($0) } ?? 5

    @Option(help: "What becomes of a resource that breaks FHIR's definitions: off, warn or refuse.")
    var validation: Judgement = Environment.value("VALIDATION").flatMap(Judgement.init(rawValue:)) ?? .refuse

    @Option(help: "What becomes of a resource that refers to what is not there: off, warn or refuse.")
    var references: Judgement = Environment.value("REFERENCES").flatMap(Judgement.init(rawValue:)) ?? .warn

    @Option(
        help: "A PEM file with the server's certificate and those it is signed with: the server then speaks TLS 1.3.")
    var tlsCertificate: String? = Environment.value("TLS_CERTIFICATE")

    @Option(help: "A PEM file with the key of the certificate, readable by its owner only.")
    var tlsKey: String? = Environment.value("TLS_KEY")

    @Option(help: "The port on which HL7 v2 messages are taken over MLLP; 0 takes a free one. None unless it is given.")
    var mllp: Int? = Environment.value("MLLP").flatMap { Int($0) }

    @Option(help: "A PEM file with the certificate of the MLLP listener, which then speaks TLS.")
    var mllpCertificate: String? = Environment.value("MLLP_CERTIFICATE")

    @Option(help: "A PEM file with the key of that certificate.")
    var mllpKey: String? = Environment.value("MLLP_KEY")

    @Option(help: "A PEM file with the authorities of which senders over MLLP need a certificate.")
    var mllpAuthorities: String? = Environment.value("MLLP_AUTHORITIES")

    @Option(help: "Where WeasyPrint is, which makes PDF files. Looked for in the PATH unless it is given.")
    var weasyprint: String? = Environment.value("WEASYPRINT")

    @Flag(help: "Open /refer, the form by which people without an account refer somebody to care management.")
    var publicReferrals = Environment.value("PUBLIC_REFERRALS") == "yes"

    @Flag(help: "Let /metrics answer to other machines too.")
    var openMetrics = false

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together.")
        }
        guard (mllpCertificate == nil) == (mllpKey == nil), mllpAuthorities == nil || mllpKey != nil else {
            throw ValidationError(
                "--mllp-certificate and --mllp-key belong together, and --mllp-authorities needs them.")
        }
        guard mllp.map({ (0...65_535).contains($0) }) ?? true else {
            throw ValidationError("--mllp is a port, 0 to 65535.")
        }
        guard (1...60).contains(tokenMinutes) else {
            throw ValidationError("--token-minutes is a number from 1 to 60.")
        }
    }

    func run() async throws {
        guard let zone = TimeZone(identifier: zone) else {
            throw ValidationError("There is no time zone \(zone).")
        }
        let wiring = try await Wiring(options, zone: zone)
        if secondFactor == .off {
            note("Nobody has to use a second factor: this server was started with --second-factor off.")
        }
        try await firstAdministrator(wiring)
        // What an earlier process or an older version has left to compute.
        try await wiring.records.refreshStale(asOf: Wiring.now)
        try await PublishProtocols(wiring.care.plans).run(records: wiring.records, at: Wiring.now)
        try await serve(wiring, host: bind, port: port) { port in
            say("Almoner is ready on \(tlsKey == nil ? "http" : "https")://\(bind):\(port)/")
        }
    }

    /// The first start makes an administrator and prints its password, once.
    private func firstAdministrator(_ wiring: Wiring) async throws {
        let accounts = Accounts(records: wiring.records)
        guard try await accounts.isEmpty() else {
            return
        }
        do {
            let password = try await accounts.create(
                id: "admin", name: "Administrator", roles: [.administrator], as: .system("first start"), at: Wiring.now)
            say("First start. Sign in as admin with this one-time password: \(password)")
        } catch AccountFailure.nameTaken {
            // Another process that started at the same moment made it and printed the password.
        }
    }

    func serve(
        _ wiring: Wiring, host: String, port: Int, whenReady: @escaping @Sendable (Int) async -> Void
    ) async throws {
        var logger = Logger(label: "almoner") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        guard let zone = TimeZone(identifier: zone) else {
            throw ValidationError("There is no time zone \(zone).")
        }
        let secrets = try await secrets(wiring)
        var services = try Services(
            records: wiring.records, content: wiring.content, care: wiring.care, now: { Wiring.now }, zone: zone,
            site: site, secrets: secrets, secondFactor: secondFactor)
        services.publicReferrals = publicReferrals ? PublicReferrals(secrets: secrets) : nil
        do {
            services.proxies = try trustedProxy.isEmpty ? nil : TrustedProxies(trustedProxy, header: proxyHeader)
        } catch let unknown as TrustedProxies.Unknown {
            throw ValidationError("“\(unknown.text)” is no address of a proxy, and no header.")
        }
        services.clientKeys = ClientKeys(
            outbound: Outbound(
                allowed: try OutboundAllowed(allowOutbound),
                authorities: try outboundCa.map(ServerTLS.certificates) ?? []))
        services.tokenMilliseconds = Int64(tokenMinutes) * 60_000
        services.url = try url.map(Self.address)
        services.validation = validation
        services.references = references
        let tls = try tlsCertificate.flatMap { certificate in
            try tlsKey.map { try ServerTLS.configuration(certificate: certificate, key: $0) }
        }
        services.isEncrypted = tls != nil || services.url?.hasPrefix("https://") ?? false
        services.metricsAreOpen = openMetrics
        services.printer = try printer()
        let intake = try Intake(wiring, zone: zone)
        let messages = intake.work(wiring.care.matching)
        services.feeds = intake.expected
        services.messages = messages
        try await wiring.records.noteInForce(try inForce(wiring), as: .system("serve"), at: Wiring.now)
        wiring.records.whenSealingChanges { [logger] failure in
            if let failure {
                logger.error("the audit is not sealed", metadata: ["code": "\(failure.rawValue)"])
            } else {
                logger.notice("the audit is sealed again")
            }
        }
        let server = try AlmonerServer.application(
            services, host: host, port: port, tls: tls, logger: logger, whenReady: whenReady)
        let worker = Worker(
            records: wiring.records, reactions: Reactions.all(wiring.care, zone: .named(zone)), now: { Wiring.now },
            logger: logger)
        let clock = Clock(
            records: wiring.records, work: Schedule.all(wiring.care, zone: .named(zone)), zone: zone,
            now: { Wiring.now }, logger: logger)
        let accounts = services.accounts
        let moves = MovesTick(
            MoveEverybody(records: wiring.records, plans: wiring.care.plans, zone: .named(zone)) {
                try await accounts.caller(of: $0)
            }, now: { Wiring.now }, logger: logger)
        let folded = MessagesTick(records: wiring.records, work: messages, now: { Wiring.now }, logger: logger)
        let drop = DropFolder(wiring.folder.appending(path: "inbox"), logger: logger) { bytes in
            await intake.take(bytes, from: nil)
        }
        let outcomes = OutcomesTick(records: wiring.records, now: { Wiring.now }, logger: logger)
        let listener = try listener(intake, logger)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: worker), .init(service: clock), .init(service: outcomes), .init(service: moves),
                .init(service: folded), .init(service: drop),
                .init(service: server),
            ] + (listener.map { [.init(service: $0)] } ?? []),
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Whoever still sends or reads after that is cut off.
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        let all = ServiceGroup(configuration: configuration)
        let ending: Result<Void, any Error>
        do {
            ending = .success(try await wiring.records.nearby { try await all.run() })
        } catch is CancellationError {
            // Somebody was cut off: that is an end like another.
            ending = .success(())
        } catch {
            ending = .failure(error)
        }
        try await wiring.records.end()
        try ending.get()
    }

    /// - Throws: what is wrong with the files of its certificate.
    private func listener(_ intake: Intake, _ logger: Logger) throws -> MLLPListener? {
        guard let mllp else {
            return nil
        }
        let tls = try mllpCertificate.flatMap { certificate in
            try mllpKey.map { key in
                try MLLPTLS(certificate: certificate, key: key, clientAuthorities: mllpAuthorities)
            }
        }
        let rules = intake.rules
        return MLLPListener(
            host: bind, port: mllp, tls: tls, logger: logger, allows: { rules.allows(address: $0) },
            onListening: { say("HL7 v2 messages are taken on \(bind):\($0)") },
            take: { await intake.take($0, from: $1, port: mllp == 0 ? nil : mllp) })
    }

    /// - Throws: when the program that was named is not there.
    private func printer() throws -> PDFPrinter? {
        let found = PDFPrinter.find(named: weasyprint, path: ProcessInfo.processInfo.environment["PATH"])
        if let weasyprint, found == nil {
            throw ValidationError(
                "There is no program at \(weasyprint): install WeasyPrint, or leave --weasyprint out.")
        }
        return found.map { PDFPrinter(program: $0) }
    }

    /// Settings that say how strict the server is, and the content that decides.
    private func inForce(_ wiring: Wiring) throws -> [String: String] {
        var found = InForce.content(wiring.content)
        let settings: [(String, String)] = [
            ("second-factor", secondFactor.rawValue), ("token-minutes", String(tokenMinutes)),
            ("validation", validation.rawValue), ("references", references.rawValue), ("url", url ?? "none"),
            ("tls", tlsCertificate == nil ? "no" : "yes"),
            ("mllp", mllp.map(String.init) ?? "none"), ("mllp-tls", mllpCertificate == nil ? "no" : "yes"),
            ("mllp-authorities", mllpAuthorities == nil ? "no" : "yes"), ("open-metrics", openMetrics ? "yes" : "no"),
            ("public-referrals", publicReferrals ? "yes" : "no"),
            ("trusted-proxy", trustedProxy.sorted().joined(separator: ",")), ("proxy-header", proxyHeader),
            ("allow-outbound", allowOutbound.sorted().joined(separator: ",")),
            ("outbound-ca", try outboundCa.map(InForce.file) ?? "none"),
            ("audit-key", wiring.records.auditKey),
        ]
        for (name, value) in settings {
            found["--" + name] = value
        }
        return found
    }

    private func secrets(_ wiring: Wiring) async throws -> SealedSecrets {
        try await SealedSecrets.open(SecretsPlace.file(keyFile, beside: wiring.folder), for: wiring.records)
    }

    /// - Throws: when it is no address of a server.
    private static func address(_ text: String) throws -> String {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme ?? ""), url.host() != nil,
            url.query() == nil
        else {
            throw ValidationError("“\(text)” is not an address; one looks like https://care.example.")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

extension Judgement: ExpressibleByArgument {}
extension SignInRules.Enforced: ExpressibleByArgument {}
