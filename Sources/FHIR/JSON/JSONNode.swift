import CSimdJSON

/// One place in a parsed document. Cheap to copy; it keeps its document alive.
package struct JSONNode: Sendable {
    package enum Kind: Sendable {
        case object, array, string, number, bool, null
    }

    package let document: JSONDocument
    let index: Int

    var node: almoner_node { document.nodes[index] }

    package var kind: Kind {
        switch Int(node.kind) {
        case ALMONER_OBJECT: .object
        case ALMONER_ARRAY: .array
        case ALMONER_STRING: .string
        case ALMONER_NUMBER: .number
        case ALMONER_TRUE, ALMONER_FALSE: .bool
        default: .null
        }
    }

    /// The member of that name; nil when it is absent or this is not an object.
    package subscript(_ name: String) -> JSONNode? {
        let here = node
        guard Int(here.kind) == ALMONER_OBJECT else {
            return nil
        }
        var name = name
        return name.withUTF8 { wanted in
            var child = index + 1
            let end = Int(here.next)
            while child < end {
                let candidate = document.nodes[child]
                if document.isName(of: candidate, wanted) {
                    return JSONNode(document: document, index: child)
                }
                child = Int(candidate.next)
            }
            return nil
        }
    }

    /// The members of an object in their order; empty for anything else.
    package var members: JSONMembers { JSONMembers(parent: self) }

    /// The elements of an array in their order; empty for anything else.
    package var elements: JSONElements { JSONElements(parent: self) }

    /// The text of a string, its escapes undone.
    package var string: String? {
        let here = node
        guard Int(here.kind) == ALMONER_STRING else {
            return nil
        }
        return document.text(start: here.start, length: here.length, escaped: here.flags & 1 != 0)
    }

    /// A number exactly as it is written, for example `1.0`.
    package var digits: String? {
        Int(node.kind) == ALMONER_NUMBER ? document.text(start: node.start, length: node.length, escaped: false) : nil
    }

    package var int: Int? { digits.flatMap { Int($0) } }

    package var double: Double? { digits.flatMap { Double($0) } }

    package var bool: Bool? {
        switch Int(node.kind) {
        case ALMONER_TRUE: true
        case ALMONER_FALSE: false
        default: nil
        }
    }

    /// The bytes of this value as received, strings with their quotes.
    package var raw: ArraySlice<UInt8> { document.bytes[range] }

    var range: Range<Int> {
        let here = node
        let start = Int(here.start)
        let end = start + Int(here.length)
        return Int(here.kind) == ALMONER_STRING ? start - 1..<end + 1 : start..<end
    }

    /// The elements of the member array of that name; empty when it is absent.
    package func list(_ name: String) -> [JSONNode] {
        self[name].map { Array($0.elements) } ?? []
    }

    /// The place at the end of a path of member names. An array on the way stands for its first element.
    package func at(_ path: String...) -> JSONNode? {
        at(path)
    }

    package func at(_ path: [String]) -> JSONNode? {
        var place = self
        for name in path {
            guard let next = place.single[name] else {
                return nil
            }
            place = next
        }
        return place.single
    }

    /// The string at the end of a path of member names. An array on the way stands for its first element.
    package func text(_ path: String...) -> String? {
        at(path)?.string
    }

    private var single: JSONNode {
        kind == .array ? elements.first { _ in true } ?? self : self
    }

    /// A borrowed look at the bytes of a string without its quotes, escapes still in it when `escaped` is true.
    package func withStringBytes<R>(_ body: (UnsafeBufferPointer<UInt8>, _ escaped: Bool) -> R) -> R? {
        let here = node
        guard Int(here.kind) == ALMONER_STRING else {
            return nil
        }
        return document.bytes.withUnsafeBufferPointer { all in
            let start = Int(here.start)
            return body(UnsafeBufferPointer(rebasing: all[start..<start + Int(here.length)]), here.flags & 1 != 0)
        }
    }
}

extension JSONDocument {
    func isName(of node: almoner_node, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
        if node.flags & 2 != 0 {
            return name(of: node).utf8.elementsEqual(wanted)
        }
        guard Int(node.key_length) == wanted.count else {
            return false
        }
        return bytes.withUnsafeBufferPointer { all in
            var position = Int(node.key_start)
            for byte in wanted {
                if all[position] != byte {
                    return false
                }
                position += 1
            }
            return true
        }
    }

    func name(of node: almoner_node) -> String {
        text(start: node.key_start, length: UInt32(node.key_length), escaped: node.flags & 2 != 0)
    }

    func text(start: UInt32, length: UInt32, escaped: Bool) -> String {
        bytes.withUnsafeBufferPointer { all in
            let place = UnsafeBufferPointer(rebasing: all[Int(start)..<Int(start) + Int(length)])
            guard escaped else {
                return String(decoding: place, as: UTF8.self)
            }
            return String(unsafeUninitializedCapacity: place.count) { out in
                almoner_unescape(place.baseAddress, place.count, out.baseAddress)
            }
        }
    }
}

/// The members of an object, in the order of the text.
package struct JSONMembers: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var index: Int
    private let end: Int

    init(parent: JSONNode) {
        document = parent.document
        let isObject = Int(parent.node.kind) == ALMONER_OBJECT
        index = parent.index + 1
        end = isObject ? Int(parent.node.next) : index
    }

    package mutating func next() -> (name: String, value: JSONNode)? {
        guard index < end else {
            return nil
        }
        let node = document.nodes[index]
        defer { index = Int(node.next) }
        return (document.name(of: node), JSONNode(document: document, index: index))
    }
}

/// The elements of an array, in the order of the text.
package struct JSONElements: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var index: Int
    private let end: Int

    init(parent: JSONNode) {
        document = parent.document
        let isArray = Int(parent.node.kind) == ALMONER_ARRAY
        index = parent.index + 1
        end = isArray ? Int(parent.node.next) : index
    }

    package mutating func next() -> JSONNode? {
        guard index < end else {
            return nil
        }
        defer { index = Int(document.nodes[index].next) }
        return JSONNode(document: document, index: index)
    }
}
