import FHIR

/// A Bundle put together from texts, piece by piece: nothing is parsed on the way out.
struct BundleText {
    private var pieces: [[UInt8]] = []
    private var hasEntries = false

    /// - Parameters:
    ///   - type: `searchset`, `history`, …
    ///   - links: relation and address, the one to itself first.
    ///   - total: how many match; nil: not asked for.
    ///   - ask: what it answers.
    init(_ type: String, links: [(relation: String, url: String)] = [], total: Int? = nil, for ask: Ask) {
        var writer = JSONWriter(capacity: 512)
        writer.write(raw: "{\"resourceType\":\"Bundle\",\"id\":\"\(ask.newID())\",\"meta\":{")
        writer.write(raw: "\"lastUpdated\":\"\(FHIRDate.instant(ask.now))\"},\"type\":\"\(type)\"")
        if let total {
            writer.write(raw: ",\"total\":\(total)")
        }
        if !links.isEmpty {
            writer.write(raw: ",\"link\":")
            writer.write(.array(links.map { ["relation": .string($0.relation), "url": .string($0.url)] }))
        }
        pieces.append(writer.bytes)
    }

    /// Adds an entry.
    /// - Parameters:
    ///   - fullURL: its address; nil for none.
    ///   - resource: the text of its resource; nil for none.
    ///   - more: its other members, for example `search`.
    mutating func add(fullURL: String?, resource: [UInt8]?, _ more: [(name: String, value: JSON)]) {
        var writer = JSONWriter(capacity: 256)
        writer.write(raw: hasEntries ? ",{" : ",\"entry\":[{")
        hasEntries = true
        var comma = ""
        if let fullURL {
            writer.write(raw: "\"fullUrl\":")
            writer.write(string: fullURL)
            comma = ","
        }
        if let resource {
            writer.write(raw: "\(comma)\"resource\":")
            pieces.append(writer.bytes)
            pieces.append(resource)
            writer.removeAll()
            comma = ","
        }
        for (name, value) in more {
            writer.write(raw: "\(comma)\"\(name)\":")
            writer.write(value)
            comma = ","
        }
        writer.write(raw: "}")
        pieces.append(writer.bytes)
    }

    /// All of it, ended.
    var text: [[UInt8]] { pieces + [Array((hasEntries ? "]}" : "}").utf8)] }
}
