/// An editable JSON value: how resources are built and changed. Member order and the digits of numbers are kept.
package enum JSON: Sendable, Equatable {
    case object([JSONMember])
    case array([JSON])
    case string(String)
    /// A number as it is to be written.
    case number(String)
    case bool(Bool)
    case null

    /// A whole number.
    package static func int(_ value: Int) -> JSON { .number(String(value)) }

    /// A decimal as it is to be written, for example `7.10`.
    package static func decimal(_ digits: String) -> JSON { .number(digits) }

    /// An object of the members that are there; those that are nil are left out.
    package static func compact(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { member in member.value.map { JSONMember(name: member.key, value: $0) } })
    }

    /// The member of that name. Setting nil removes it; a new one comes last.
    package subscript(name: String) -> JSON? {
        get {
            guard case .object(let members) = self else {
                return nil
            }
            return members.first { $0.name == name }?.value
        }
        set {
            guard case .object(var members) = self else {
                return
            }
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(JSONMember(name: name, value: value))
            case (nil, nil): return
            }
            self = .object(members)
        }
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var array: [JSON] {
        if case .array(let values) = self { values } else { [] }
    }

    /// The text of this value: no white space, members in their order.
    package func serialized() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// This value as a parsed document.
    /// - Throws: a reason, when it nests too deeply or names a member twice.
    package func document() throws(JSONError) -> JSONDocument {
        try JSONDocument(serialized())
    }
}

/// One named value of an object.
package struct JSONMember: Sendable, Equatable {
    package var name: String
    package var value: JSON

    package init(name: String, value: JSON) {
        self.name = name
        self.value = value
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { JSONMember(name: $0.0, value: $0.1) })
    }

    package init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    package init(stringLiteral value: String) {
        self = .string(value)
    }

    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    package init(integerLiteral value: Int) {
        self = .int(value)
    }
}

extension JSONNode {
    /// An editable copy of this place.
    package var value: JSON {
        switch kind {
        case .object: .object(members.map { JSONMember(name: $0.name, value: $0.value.value) })
        case .array: .array(elements.map(\.value))
        case .string: .string(string ?? "")
        case .number: .number(digits ?? "0")
        case .bool: .bool(bool ?? false)
        case .null: .null
        }
    }
}
