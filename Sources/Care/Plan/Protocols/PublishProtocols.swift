import Access
package import FHIR
package import Records

/// Puts the packs of the library on record as PlanDefinitions when the server starts. What has changed since becomes the
/// next version; the versions before stay readable.
package struct PublishProtocols: Sendable {
    package let library: PlanLibrary

    package init(_ library: PlanLibrary) {
        self.library = library
    }

    /// - Returns: the ids of those that are new or have changed.
    /// - Throws: ``PlanLibraryFailure`` naming a pack that is no protocol.
    @discardableResult
    package func run(records: Records, at now: Int64) async throws -> [String] {
        var published: [String] = []
        let caller = Caller.system("content")
        // Each in a change of its own: a start is not to hold up another server for long.
        for pack in library.packs {
            let definition = PackProtocol.compile(pack)
            let isNew = try await records.read(as: caller, at: now, for: "protocols") { reader in
                do { _ = try ProtocolShelf(library).read(pack, by: reader) } catch let refusal as ProtocolRefusal {
                    throw PlanLibraryFailure(file: "plans/\(pack.id).yaml", problem: refusal.description)
                }
                return try Self.differs(definition, by: reader)
            }
            guard isNew else {
                continue
            }
            let written = try await records.write(as: caller, at: now) { change in
                // Another server may have been quicker.
                guard try Self.differs(definition, by: change.reader) else {
                    return false
                }
                try change.update(definition, ifVersion: nil)
                return true
            }
            if written { published.append(PackProtocol.id(pack)) }
        }
        return published
    }

    private static func differs(_ definition: JSON, by reader: Reader) throws -> Bool {
        guard let stored = try reader.find("PlanDefinition", definition["id"]?.string ?? "") else {
            return true
        }
        var value = stored.value
        value["meta"] = nil
        return value != definition
    }
}
