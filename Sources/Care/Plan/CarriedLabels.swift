import FHIR
import Records

extension JSON {
    /// The same resource with the labels of what it speaks of: a goal about a problem that is between a young person and the
    /// team is between them too.
    /// - Parameters:
    ///   - references: such as `Condition/7`; one that nothing has is passed over.
    ///   - change: in which they are read.
    /// - Returns: itself where none of them has any.
    /// - Throws: what the database reports.
    func carrying(labelsOf references: [String?], in change: Change) throws -> JSON {
        var labels = self["meta"]?["security"]?.array ?? []
        for reference in references.compactMap(\.self) {
            for label in try change.reader.find(reference: reference)?.root["meta"]?.list("security") ?? []
            where !labels.contains(label.value) {
                labels.append(label.value)
            }
        }
        guard !labels.isEmpty else {
            return self
        }
        var json = self
        var meta = json["meta"] ?? [:]
        meta["security"] = .array(labels)
        json["meta"] = meta
        return json
    }
}
