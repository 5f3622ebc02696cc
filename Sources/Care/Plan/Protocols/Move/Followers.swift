import FHIR
package import Records

/// Who follows a version of a protocol, of those whom the reader sees: what stands open, a page at a time.
package struct Followers: Sendable {
    package let protocolID: String
    package let version: String

    package init(of protocolID: String, version: String) {
        self.protocolID = protocolID
        self.version = version
    }

    private func query(_ reader: Reader, at now: Int64) throws -> SearchQuery {
        let code = Self.escaped("\(protocolID)|\(version)")
        return try SearchParser(definitions: reader.definitions).parse(
            [SearchPair("code", "\(ProtocolKey.versionSystem)|\(code)"), SearchPair("status", "active")],
            in: .type("RequestGroup"), now: now)
    }

    /// FHIR R4 §3.1.1.5.4: what parts values from each other is escaped within one.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            if "\\,|$".contains(character) { out.append("\\") }
            out.append(character)
        }
        return out
    }

    /// - Returns: how many follow it.
    /// - Throws: what the database reports.
    package func count(by reader: Reader, at now: Int64) throws -> Int {
        try reader.count(try query(reader, at: now))
    }

    /// - Parameters:
    ///   - cursor: of the page before; nil for the first.
    ///   - limit: the most of a page.
    ///   - reader: finds only whom it sees.
    ///   - now: milliseconds since 1970.
    /// - Returns: their groups, and the cursor of the next page.
    /// - Throws: `SearchRefusal` for a cursor that is none; what the database reports.
    func page(
        after cursor: String?, limit: Int, by reader: Reader, at now: Int64
    ) throws -> ([ProtocolGroup], String?) {
        var query = try query(reader, at: now)
        query.count = limit
        let page = try reader.search(query, after: cursor)
        let groups = try page.matches.compactMap { text in
            try reader.find("RequestGroup", text.id).flatMap { ProtocolGroup($0) }
        }
        return (groups, page.next)
    }
}
