import FHIR

/// Brings a resource into the shape in which it is kept.
enum Incoming {
    static func document(_ resource: JSON, id: String) throws -> JSONDocument {
        guard case .object = resource else {
            throw RecordsFailure.invalid(["A resource is a JSON object."])
        }
        do {
            return try KeptForm.document(of: resource.document().root, id: id)
        } catch {
            throw RecordsFailure.malformed(error)
        }
    }
}
