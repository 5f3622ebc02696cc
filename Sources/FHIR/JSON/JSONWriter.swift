import CSimdJSON

/// Writes JSON text without white space into one growing buffer.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes text that is JSON already.
    package mutating func write(raw text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes bytes that are JSON already.
    package mutating func write(raw text: ArraySlice<UInt8>) {
        bytes.append(contentsOf: text)
    }

    package mutating func write(_ value: JSON) {
        switch value {
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (position, member) in members.enumerated() {
                if position > 0 {
                    bytes.append(UInt8(ascii: ","))
                }
                write(string: member.name)
                bytes.append(UInt8(ascii: ":"))
                write(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (position, value) in values.enumerated() {
                if position > 0 {
                    bytes.append(UInt8(ascii: ","))
                }
                write(value)
            }
            bytes.append(UInt8(ascii: "]"))
        case .string(let text): write(string: text)
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .bool(let value): bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        }
    }

    /// Writes a string with its quotes, escaping only what JSON demands.
    package mutating func write(string text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for position in utf8.indices {
                let byte = utf8[position]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                    continue
                }
                bytes.append(contentsOf: utf8[start..<position])
                writeEscape(byte)
                start = position + 1
            }
            bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            let hex = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(hex[Int(byte >> 4)])
            bytes.append(hex[Int(byte & 15)])
        }
    }

    /// Copies a place of a parsed text without its white space. `replacing` may give another text for a string value; it
    /// is told the name of the nearest member around it, which for the place itself is `name`.
    package mutating func copy(
        _ place: JSONNode, under name: String = "",
        replacing: ((_ member: UnsafeBufferPointer<UInt8>, _ text: JSONNode) -> String?)? = nil
    ) {
        var name = name
        name.withUTF8 { name in
            place.document.bytes.withUnsafeBufferPointer { all in
                place.document.nodes.withUnsafeBufferPointer { nodes in
                    copy(place.index, nodes, all, name: name, document: place.document, replacing: replacing)
                }
            }
        }
    }

    private mutating func copy(
        _ index: Int, _ nodes: UnsafeBufferPointer<almoner_node>, _ all: UnsafeBufferPointer<UInt8>,
        name: UnsafeBufferPointer<UInt8>, document: JSONDocument,
        replacing: ((UnsafeBufferPointer<UInt8>, JSONNode) -> String?)?
    ) {
        let node = nodes[index]
        let start = Int(node.start)
        let end = start + Int(node.length)
        switch Int(node.kind) {
        case ALMONER_OBJECT, ALMONER_ARRAY:
            let isObject = Int(node.kind) == ALMONER_OBJECT
            bytes.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
            var child = index + 1
            var isFirst = true
            while child < Int(node.next) {
                if !isFirst {
                    bytes.append(UInt8(ascii: ","))
                }
                isFirst = false
                var inner = name
                if isObject {
                    let keyStart = Int(nodes[child].key_start)
                    let keyEnd = keyStart + Int(nodes[child].key_length)
                    inner = UnsafeBufferPointer(rebasing: all[keyStart..<keyEnd])
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: all[keyStart - 1..<keyEnd + 1]))
                    bytes.append(UInt8(ascii: ":"))
                }
                copy(child, nodes, all, name: inner, document: document, replacing: replacing)
                child = Int(nodes[child].next)
            }
            bytes.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        case ALMONER_STRING:
            if let text = replacing?(name, JSONNode(document: document, index: index)) {
                write(string: text)
            } else {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: all[start - 1..<end + 1]))
            }
        default:
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: all[start..<end]))
        }
    }
}
