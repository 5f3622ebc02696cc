import Content
package import Foundation

/// Why the feeds cannot be used: which file, and what is wrong with it.
package struct FeedRulesFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// Who sends messages, and how each sender's are read: `Content/feeds/feeds.yaml`.
package struct FeedRules: Sendable {
    /// In the order of the file: the first that takes a message is its feed.
    package let feeds: [Feed]

    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - zone: of the site, for feeds that name none.
    ///   - file: the file's name.
    /// - Throws: `FeedRulesFailure` naming what is wrong.
    package init(
        content: (String) -> [UInt8]?, zone: TimeZone, file: String = "feeds/feeds.yaml"
    ) throws(FeedRulesFailure) {
        guard let bytes = content(file) else { throw FeedRulesFailure(file: file, problem: "it is not there") }
        let root: ContentField
        do { root = ContentField(root: try YAML.parse(bytes)) } catch {
            throw FeedRulesFailure(file: file, problem: error.description)
        }
        do throws(ContentProblem) {
            try root.allow([
                "kind", "id", "source", "version", "licence", "effectiveFrom", "effectiveTo", "tables", "feeds",
            ])
            guard try root["kind"].text() == "feeds" else { throw root["kind"].problem("it is not feeds") }
            _ = try ContentOrigin(root)
            let tables = try FeedTables(root["tables"], over: FeedTables())
            var feeds: [Feed] = []
            for field in try root["feeds"].list() {
                let feed = try Feed(field, tables: tables, zone: zone)
                guard !feeds.contains(where: { $0.id == feed.id }) else {
                    throw field["id"].problem("another feed has this id")
                }
                feeds.append(feed)
            }
            guard !feeds.isEmpty else { throw root["feeds"].problem("at least one feed is needed") }
            self.feeds = feeds
        } catch {
            throw FeedRulesFailure(file: file, problem: error.description)
        }
    }

    /// The feed with an id, nil when there is none now.
    package func feed(id: String) -> Feed? { feeds.first { $0.id == id } }

    /// The feed of a message.
    /// - Parameters:
    ///   - message: as it was read.
    ///   - address: from where it came, as text; nil: not over the network.
    ///   - port: on which it came in; nil: none.
    /// - Returns: nil when no feed takes from this sender.
    package func feed(of message: HL7Message, from address: String?, port: Int? = nil) -> Feed? {
        feeds.first { feed in
            (feed.port == nil || port == nil || feed.port == port)
                && (address.map { feed.allows(address: $0) } ?? true) && feed.takes(message)
        }
    }

    /// Whether any feed takes from an address.
    package func allows(address: String, port: Int? = nil) -> Bool {
        feeds.contains { ($0.port == nil || port == nil || $0.port == port) && $0.allows(address: address) }
    }

    /// The charset of messages that name none, before it is known whose they are.
    package func charset(from address: String?, port: Int? = nil) -> String? {
        feeds.first { feed in
            (feed.port == nil || port == nil || feed.port == port)
                && (address.map { feed.allows(address: $0) } ?? true)
        }?.charset
    }
}

extension Feed {
    init(_ field: ContentField, tables: FeedTables, zone site: TimeZone) throws(ContentProblem) {
        try field.allow([
            "id", "name", "port", "from", "zone", "charset", "addresses", "unknownPeople", "authorities", "processing",
            "tables", "silence",
        ])
        id = try field["id"].text()
        guard id.utf8.count <= 40, id.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) || (97...122).contains($0) })
        else { throw field["id"].problem("use small letters, digits and hyphens, 40 at most") }
        name = try field["name"].text()
        port = try field["port"].optionalInt()
        if let port, !(1...65_535).contains(port) { throw field["port"].problem("it is not from 1 to 65535") }
        var senders: [Sender] = []
        for sender in try field["from"].list() {
            try sender.allow(["application", "facility"])
            senders.append(
                Sender(
                    application: try sender["application"].optionalText() ?? "*",
                    facility: try sender["facility"].optionalText() ?? "*"))
        }
        self.senders = senders
        if let written = try field["zone"].optionalText() {
            guard let named = TimeZone(identifier: written) else {
                throw field["zone"].problem("\(written) is not a time zone like America/New_York")
            }
            zone = named
        } else {
            zone = site
        }
        charset = try field["charset"].optionalText()
        if let charset, !HL7Charset.isKnown(charset) {
            throw field["charset"].problem("\(charset) is not a character set of table HL70211")
        }
        var ranges: [AddressRange] = []
        for address in try field["addresses"].list() {
            guard let range = AddressRange(try address.text()) else {
                throw address.problem("it is not an address like 192.0.2.1 or 10.0.0.0/8")
            }
            ranges.append(range)
        }
        addresses = ranges
        unknownPeople =
            field["unknownPeople"].isPresent ? try field["unknownPeople"].oneOf(UnknownPeople.self) : .create
        var authorities: [String: String] = [:]
        for (name, system) in try field["authorities"].members() {
            let uri = try system.text()
            guard uri.contains(":"), uri.utf8.allSatisfy({ (33...126).contains($0) }) else {
                throw system.problem("it is not an address (URI)")
            }
            authorities[name] = uri
        }
        self.authorities = authorities
        let processing = try field["processing"].texts().map { $0.uppercased() }
        if processing.contains(where: { !["P", "T", "D"].contains($0) }) {
            throw field["processing"].problem("it is not one of P, T, D")
        }
        self.processing = processing.isEmpty ? ["P"] : Set(processing)
        self.tables = try FeedTables(field["tables"], over: tables)
        silence = field["silence"].isPresent ? try Silence(field["silence"]) : nil
    }
}

extension FeedTables {
    init(_ field: ContentField, over base: FeedTables) throws(ContentProblem) {
        try field.allow(["class", "priority", "admitSource", "disposition"])
        self = base
        try Self.read(field["class"], into: &encounterClass, known: HL7Tables.classes)
        try Self.read(field["priority"], into: &priority, known: HL7Tables.priorities)
        try Self.read(field["admitSource"], into: &admitSource, known: HL7Tables.admitSources)
        try Self.read(field["disposition"], into: &disposition, known: HL7Tables.dispositions, orClaims: true)
    }

    private static func read(
        _ field: ContentField, into table: inout [String: String], known: [String: String],
        orClaims: Bool = false
    ) throws(ContentProblem) {
        for (code, meaning) in try field.members() {
            let text = try meaning.text()
            guard known[text] != nil || (orClaims && HL7Tables.isClaimsDisposition(text)) else {
                throw meaning.problem("\(text) is not one of \(known.keys.sorted().joined(separator: ", "))")
            }
            table[code.uppercased()] = text
        }
    }
}

extension Feed.Silence {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["minutes", "from", "to", "days"])
        minutes = try field["minutes"].int()
        guard (1...10_080).contains(minutes) else { throw field["minutes"].problem("it is not from 1 to 10080") }
        let from = try Self.time(field["from"], or: 0)
        let to = try Self.time(field["to"], or: 1_440)
        guard from < to else { throw field["to"].problem("it is not later than \"from\"") }
        guard to - from >= minutes else {
            throw field["minutes"].problem("they do not fit between \"from\" and \"to\"")
        }
        hours = from..<to
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        var days: Set<Int> = []
        for day in try field["days"].list() {
            guard let place = names.firstIndex(of: try day.text().lowercased()) else {
                throw day.problem("it is not a weekday like monday")
            }
            days.insert(place + 1)
        }
        self.days = days.isEmpty ? Set(1...7) : days
    }

    private static func time(_ field: ContentField, or missing: Int) throws(ContentProblem) -> Int {
        guard let text = try field.optionalText() else { return missing }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour),
            (0...59).contains(minute), hour * 60 + minute <= 1_440
        else { throw field.problem("it is not a time like \"06:30\"") }
        return hour * 60 + minute
    }
}
