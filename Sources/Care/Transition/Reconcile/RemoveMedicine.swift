package import FHIR
package import Records

/// A typed line was wrong: it no longer counts, and stays in the history.
package struct RemoveMedicine: Sendable {
    package let person: String
    /// The id of the MedicationStatement.
    package let id: String

    package init(person: String, id: String) {
        self.person = person
        self.id = id
    }

    /// - Returns: the statement, entered in error.
    /// - Throws: ``NotNow`` when it is no typed line of this person.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        try MedicineWork.check(change)
        let statement = try change.reader.get("MedicationStatement", id)
        let source = CareCode.code(statement.root["category"], in: MedicineSource.system).flatMap(MedicineSource.init)
        guard statement.root.text("subject", "reference") == "Patient/\(person)", let source, source != .signed else {
            throw NotNow("Only lines that were typed in here can be taken out.")
        }
        var json = statement.value
        json["status"] = "entered-in-error"
        return try change.update(json, ifVersion: statement.version)
    }
}
