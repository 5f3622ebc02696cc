import FHIR

/// Brings a resource into the shape in which it is kept: its id set, meta that only the server gives taken out.
enum Incoming {
    static func document(_ resource: JSON, id: String) throws -> JSONDocument {
        var resource = resource
        resource["id"] = nil
        guard case .object(var members) = resource else {
            throw RecordsFailure.invalid(["A resource is a JSON object."])
        }
        members.insert(JSONMember(name: "id", value: .string(id)), at: min(1, members.count))
        resource = .object(members)
        if var meta = resource["meta"] {
            meta["versionId"] = nil
            meta["lastUpdated"] = nil
            resource["meta"] = meta == [:] ? nil : meta
        }
        do {
            return try resource.document()
        } catch {
            throw RecordsFailure.malformed(error)
        }
    }
}
