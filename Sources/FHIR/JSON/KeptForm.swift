/// The form in which a resource is kept: no white space, `resourceType`, `id` and `meta` first and in this order, and
/// without the parts of meta that only the server gives. An answer is then the kept text with those parts put in.
package enum KeptForm {
    /// Brings a resource into the form.
    /// - Parameters:
    ///   - resource: a parsed resource; an object.
    ///   - id: the id under which it is kept, whatever it says itself.
    ///   - replacing: may give another text for a string value; it is told the name of the nearest member around it.
    /// - Returns: the same document when it has the form already and nothing is replaced.
    /// - Throws: why the text cannot be JSON, for example two members of a name.
    package static func document(
        of resource: JSONNode, id: String,
        replacing: ((_ member: UnsafeBufferPointer<UInt8>, _ text: JSONNode) -> String?)? = nil
    ) throws(JSONError) -> JSONDocument {
        if replacing == nil, resource.index == 0, isKept(resource, id: id) {
            return resource.document
        }
        var writer = JSONWriter(capacity: resource.raw.count + 48)
        writer.write(raw: "{\"resourceType\":")
        writer.write(string: resource["resourceType"]?.string ?? "")
        writer.write(raw: ",\"id\":")
        writer.write(string: id)
        if let meta = resource["meta"], case let kept = withoutServerParts(meta.value), kept != [:] {
            writer.write(raw: ",\"meta\":")
            writer.write(kept)
        }
        for (name, value) in resource.members where !head.contains(name) {
            writer.write(raw: ",")
            writer.write(string: name)
            writer.write(raw: ":")
            writer.copy(value, under: name, replacing: replacing)
        }
        writer.write(raw: "}")
        return try JSONDocument(writer.bytes)
    }

    private static let head: Set<String> = ["resourceType", "id", "meta"]

    private static func isKept(_ resource: JSONNode, id: String) -> Bool {
        guard let type = resource["resourceType"]?.string,
            let end = endOfHead(resource.document.bytes, type: type, id: id)
        else {
            return false
        }
        guard let meta = resource["meta"] else {
            return true
        }
        return meta["versionId"] == nil && meta["lastUpdated"] == nil && meta.value != [:]
            && startsMeta(resource.document.bytes, at: end)
    }

    private static func withoutServerParts(_ meta: JSON) -> JSON {
        var meta = meta
        meta["versionId"] = nil
        meta["lastUpdated"] = nil
        return meta
    }

    /// The place behind the id; nil when the text does not begin as kept texts do.
    static func endOfHead(_ bytes: [UInt8], type: String, id: String) -> Int? {
        var place = 0
        for part in ["{\"resourceType\":\"", type, "\",\"id\":\"", id, "\""] {
            let end = place + part.utf8.count
            guard end <= bytes.count, bytes[place..<end].elementsEqual(part.utf8) else {
                return nil
            }
            place = end
        }
        return place
    }

    static func startsMeta(_ bytes: [UInt8], at place: Int) -> Bool {
        bytes[place...].starts(with: metaStart)
    }

    static let metaStart = Array(",\"meta\":{".utf8)
}

extension JSONWriter {
    /// Writes a kept text with the version and the time that the server gives it.
    /// - Parameters:
    ///   - kept: a text in ``KeptForm``.
    ///   - type: its resource type.
    ///   - id: its id.
    ///   - version: counts from 1.
    ///   - updated: milliseconds since 1970.
    package mutating func write(kept: [UInt8], type: String, id: String, version: Int, updated: Int64) {
        guard let end = KeptForm.endOfHead(kept, type: type, id: id) else {
            return write(raw: kept[...])
        }
        write(raw: kept[..<end])
        write(raw: ",\"meta\":{\"versionId\":\"")
        write(raw: String(version))
        write(raw: "\",\"lastUpdated\":\"")
        write(raw: FHIRDate.instant(updated))
        guard KeptForm.startsMeta(kept, at: end) else {
            write(raw: "\"}")
            return write(raw: kept[end...])
        }
        let rest = end + KeptForm.metaStart.count
        write(raw: kept[rest...].first == UInt8(ascii: "}") ? "\"" : "\",")
        write(raw: kept[rest...])
    }
}
