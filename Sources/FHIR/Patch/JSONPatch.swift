/// Why a patch cannot be applied, in plain words and without what the record says.
package struct JSONPatchError: Error, Sendable, Equatable {
    package enum Kind: Sendable {
        /// The text is no JSON Patch.
        case malformed
        /// An operation meets a value that it does not fit: nothing stands at its path, for example.
        case inapplicable
        /// A `test` found another value.
        case failedTest
        /// More work or growth than a patch may ask for.
        case tooCostly
    }

    package let kind: Kind
    /// The position of the operation, from 0; nil when it is about the whole patch.
    package let operation: Int?
    package let reason: String

    package init(_ kind: Kind, operation: Int? = nil, _ reason: String) {
        self.kind = kind
        self.operation = operation
        self.reason = reason
    }
}

extension JSONPatchError: CustomStringConvertible {
    /// A sentence for whoever sent the patch.
    package var description: String {
        operation.map { "Operation \($0) of the patch: \(reason)." } ?? "The patch: \(reason)."
    }
}

/// A JSON Patch (RFC 6902): operations that change a JSON value one after the other, all of them or none.
package struct JSONPatch: Sendable {
    /// More operations than anyone writes for one resource.
    package static let mostOperations = 10_000

    enum Action: Sendable {
        case add(JSON)
        case remove
        case replace(JSON)
        case move(from: JSONPointer)
        case copy(from: JSONPointer)
        case test(JSON)
    }

    struct Operation: Sendable {
        let action: Action
        let path: JSONPointer
    }

    let operations: [Operation]

    /// Reads a patch. Members that RFC 6902 does not know are ignored.
    /// - Parameter document: an array of operations.
    /// - Throws: ``JSONPatchError`` of kind `malformed`, or `tooCostly` for more than ``mostOperations``.
    package init(_ document: JSONDocument) throws(JSONPatchError) {
        guard document.root.kind == .array else {
            throw JSONPatchError(.malformed, "it is written as a list of operations")
        }
        var operations: [Operation] = []
        for node in document.root.elements {
            guard operations.count < Self.mostOperations else {
                throw JSONPatchError(.tooCostly, "it has more than \(Self.mostOperations) operations")
            }
            operations.append(try Self.operation(node, at: operations.count))
        }
        self.operations = operations
    }

    private static func operation(_ node: JSONNode, at position: Int) throws(JSONPatchError) -> Operation {
        guard node.kind == .object else {
            throw JSONPatchError(.malformed, operation: position, "it is written as an object")
        }
        guard let name = node["op"]?.string else {
            throw JSONPatchError(.malformed, operation: position, "op has to be given")
        }
        let path = try pointer("path", of: node, at: position)
        let action: Action
        switch name {
        case "add": action = .add(try value(of: node, at: position))
        case "remove": action = .remove
        case "replace": action = .replace(try value(of: node, at: position))
        case "move": action = .move(from: try pointer("from", of: node, at: position))
        case "copy": action = .copy(from: try pointer("from", of: node, at: position))
        case "test": action = .test(try value(of: node, at: position))
        default:
            throw JSONPatchError(
                .malformed, operation: position, "op is none of add, remove, replace, move, copy and test")
        }
        return Operation(action: action, path: path)
    }

    private static func pointer(
        _ name: String, of node: JSONNode, at position: Int
    ) throws(JSONPatchError) -> JSONPointer {
        guard let text = node[name]?.string else {
            throw JSONPatchError(.malformed, operation: position, "\(name) has to be given, as text")
        }
        guard let pointer = JSONPointer(text) else {
            throw JSONPatchError(
                .malformed, operation: position, "\(name) is no JSON Pointer, such as /name/0/family")
        }
        return pointer
    }

    private static func value(of node: JSONNode, at position: Int) throws(JSONPatchError) -> JSON {
        guard let value = node["value"] else {
            throw JSONPatchError(.malformed, operation: position, "value has to be given")
        }
        return value.value
    }
}
