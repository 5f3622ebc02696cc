import FHIR

/// Turns one text into resources as they are kept: ids decided, references rewritten to match, server-made meta gone.
struct Unbundle {
    struct Item {
        /// The resource, or why it is refused.
        let result: Result<JSONDocument, Refusal>
        let line: Int
        /// As it stood in the text.
        let text: ArraySlice<UInt8>
        /// Conditional references that must be found first, as they are written.
        let conditions: Set<String>
        /// The entry asks not to be stored when this search finds something.
        var ifNoneExist: String?
    }

    struct Refusal: Error {
        let reason: String
    }

    /// Where the texts come from; bare ids stay within it.
    let source: String

    /// The resources in a text, a Bundle taken apart; a text that cannot be read is one refused item. Lines are counted
    /// from the one on which the text begins.
    func items(in text: ArraySlice<UInt8>, firstLine: Int) -> [Item] {
        func refused(_ reason: String) -> [Item] {
            [Item(result: .failure(Refusal(reason: reason)), line: firstLine, text: text, conditions: [])]
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(Array(text))
        } catch {
            return refused("This is not JSON: \(error.reason).")
        }
        let root = document.root
        switch root["resourceType"]?.string {
        case nil: return refused("This is JSON but not a FHIR resource: it has no resourceType.")
        case "Bundle":
            let type = root["type"]?.string ?? ""
            guard ["transaction", "batch", "collection", "searchset", "document"].contains(type) else {
                return refused("A Bundle of type “\(type.prefix(20))” is not imported.")
            }
            return entries(of: root, text: text, firstLine: firstLine)
        default:
            return [item(root, place: nil, places: [:], line: firstLine)]
        }
    }

    private func entries(of bundle: JSONNode, text: ArraySlice<UInt8>, firstLine: Int) -> [Item] {
        var places: [String: (type: String, id: String)] = [:]
        var entries: [(node: JSONNode, resource: JSONNode?, id: String?)] = []
        for entry in bundle.list("entry") {
            let resource = entry["resource"]
            let fullURL = entry["fullUrl"]?.string
            let type = resource?["resourceType"]?.string
            let id = fullURL.flatMap(Identity.id(fullURL:))
            if let fullURL, let type, let id {
                places[fullURL] = (type, id)
                // A relative reference means the same as the full address on its server (FHIR R4 §2.36.4).
                if let last = fullURL.split(separator: "/").last, fullURL.hasSuffix("/\(type)/\(last)") {
                    places["\(type)/\(last)"] = (type, id)
                }
            }
            entries.append((entry, resource, id))
        }
        var lines = LineCounter(bundle.document.bytes, firstLine: firstLine)
        return entries.map { entry in
            let line = lines.line(at: entry.node.raw.startIndex)
            func refused(_ reason: String) -> Item {
                Item(result: .failure(Refusal(reason: reason)), line: line, text: entry.node.raw, conditions: [])
            }
            if let method = entry.node.text("request", "method"), method != "POST", method != "PUT" {
                return refused("An entry that asks for \(method.prefix(10)) is not an import.")
            }
            guard let resource = entry.resource else {
                return refused("The entry holds no resource.")
            }
            var item = item(resource, place: entry.id, places: places, line: line)
            item.ifNoneExist = entry.node.text("request", "ifNoneExist")
            return item
        }
    }

    private func item(
        _ resource: JSONNode, place: String?, places: [String: (type: String, id: String)], line: Int
    ) -> Item {
        var conditions: Set<String> = []
        var dangling: String?
        let reference = Array("reference".utf8)
        func target(
            _ member: UnsafeBufferPointer<UInt8>, _ node: JSONNode
        ) -> String? {
            guard member.elementsEqual(reference), let text = node.string else {
                return nil
            }
            if let target = places[text] {
                return "\(target.type)/\(target.id)"
            }
            if text.hasPrefix("urn:uuid:") {
                dangling = text
            } else if text.contains("?") {
                conditions.insert(text)
            }
            return nil
        }
        func refused(_ reason: String) -> Item {
            Item(result: .failure(Refusal(reason: reason)), line: line, text: resource.raw, conditions: [])
        }
        do {
            let id = place ?? resource["id"]?.string ?? nameless(resource, target)
            let document = try KeptForm.document(of: resource, id: id, replacing: target)
            if let dangling {
                return refused("A reference points to \(dangling.prefix(60)), which is not in this bundle.")
            }
            return Item(result: .success(document), line: line, text: resource.raw, conditions: conditions)
        } catch {
            return refused(error.reason)
        }
    }

    /// The id of a resource that has none: the same text from the same source always gets the same.
    private func nameless(
        _ resource: JSONNode, _ target: @escaping (UnsafeBufferPointer<UInt8>, JSONNode) -> String?
    ) -> String {
        var writer = JSONWriter(capacity: resource.raw.count)
        writer.copy(resource, replacing: target)
        return Identity.uuid5("\(source)|\(String(decoding: writer.bytes, as: UTF8.self))")
    }
}

/// Tells the line of growing positions in a text.
struct LineCounter {
    private let bytes: [UInt8]
    private var position = 0
    private var current: Int

    init(_ bytes: [UInt8], firstLine: Int) {
        self.bytes = bytes
        current = firstLine
    }

    mutating func line(at target: Int) -> Int {
        let end = min(target, bytes.count)
        if position < end {
            bytes.withUnsafeBufferPointer { all in
                for byte in all[position..<end] {
                    current &+= byte == UInt8(ascii: "\n") ? 1 : 0
                }
            }
            position = end
        }
        return current
    }
}
