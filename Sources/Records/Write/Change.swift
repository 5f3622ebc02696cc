package import Access
package import FHIR

/// One write in progress: a verb reads what stands, decides, and stores, all inside one durable transaction. Throwing
/// undoes everything that it did.
package struct Change {
    /// Reads inside this transaction, what it has stored so far included.
    package let reader: Reader
    /// When it happens, milliseconds since 1970.
    package let now: Int64
    let storage: Storage
    let validator: Validator
    let newID: @Sendable () -> String

    /// An id for a resource that a verb creates and has to name before.
    package func mintID() -> String { newID() }

    /// Whether who changes has an office.
    package func permits(_ office: Policy.Office) -> Bool { reader.policy.permits(caller, office) }

    /// A label of the site, by its code.
    package func label(_ code: String) -> SecurityLabel? { reader.policy.labels.label(code) }

    /// The policy as it is in force now.
    package var policy: Policy { reader.policy }

    /// Reads everybody's records inside this transaction, for what may not depend on who changes: how many seats are
    /// taken. What it reads is shown to nobody.
    package var everybody: Reader {
        Reader(
            connection: reader.connection, caller: .system("count"), policy: reader.policy, types: reader.types,
            definitions: reader.definitions, words: reader.words, looked: Reader.Looked())
    }

    /// Who changes.
    package var caller: Caller { reader.caller }

    /// Stores a new resource.
    /// - Parameters:
    ///   - resource: with its `resourceType`.
    ///   - id: nil: one is minted.
    /// - Returns: what was stored, at version 1.
    /// - Throws: ``RecordsFailure``
    @discardableResult
    package func create(_ resource: JSON, id: String? = nil) throws -> Resource {
        try put(resource, id: id ?? newID(), action: .create, expecting: 0, isNamed: id != nil)
    }

    /// Stores the next version.
    /// - Parameters:
    ///   - resource: with `resourceType` and `id`.
    ///   - version: the version that the change was made from; nil: whatever stands.
    /// - Returns: what was stored.
    /// - Throws: ``RecordsFailure/stale(current:)`` when the version is no longer the current one, or another
    ///   ``RecordsFailure``.
    @discardableResult
    package func update(_ resource: JSON, ifVersion version: Int?) throws -> Resource {
        guard let id = resource["id"]?.string else {
            throw RecordsFailure.invalid(["A resource that is changed needs its id."])
        }
        return try put(resource, id: id, action: .update, expecting: version, isNamed: true)
    }

    private func put(
        _ resource: JSON, id: String, action: Action, expecting: Int?, isNamed: Bool
    ) throws -> Resource {
        guard let type = resource["resourceType"]?.string, storage.types.number(of: type) != nil else {
            throw RecordsFailure.invalid(["This is not a FHIR resource: the resourceType is missing or unknown."])
        }
        // A caller who may not is told so before anything is said of the resource.
        guard reader.policy.reach(of: caller, for: action, on: type) != .nobody else {
            throw RecordsFailure.forbidden(type: type)
        }
        let document = try Incoming.document(resource, id: id)
        let issues = validator.validate(document.root, expecting: type).filter { $0.severity == .error }
        guard issues.isEmpty else {
            throw RecordsFailure.invalid(issues.map { "\($0.expression ?? type): \($0.diagnostics)" })
        }
        // The id is the product's choice, but for a program that uses the verbs itself.
        let choosesID = isNamed && caller.roles.contains(.client)
        let stored = try put(storage.prepared(document), expecting: expecting, choosesID: choosesID)
        return Resource(
            type: type, id: id, version: stored.version, updated: now, document: try stored.document(), rid: stored.rid,
            person: stored.person)
    }
}
