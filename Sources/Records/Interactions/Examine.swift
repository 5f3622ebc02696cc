package import FHIR

extension Records {
    /// What the definitions of FHIR say against a resource; empty when it is sound. Pure.
    package func examine(_ resource: JSONNode, as type: String) -> [Issue] {
        validator.validate(resource, expecting: type)
    }

    /// Makes a resource ready for storing without judging it. Pure, so that it runs beside the writer.
    /// - Parameter document: the resource in ``KeptForm``.
    /// - Returns: nil when R4 has no such type or there is no id.
    package func prepareUnjudged(_ document: JSONDocument) -> Prepared? {
        let type = document.root["resourceType"]?.string ?? ""
        guard let number = types.number(of: type), let id = document.root["id"]?.string else {
            return nil
        }
        return try? labeller.prepared(document, type, number, id: id)
    }

    /// An id for a resource that is made ready before it is stored.
    package func mintID() -> String { newID() }
}

extension Change {
    /// Says what is about to be put, so that what stands is looked up for all of it at once.
    package func expect(_ batch: [Prepared]) throws {
        try storage.lookAhead(batch)
    }
}

extension StoredText {
    /// The text with its version and time, as clients get it.
    package var answer: [UInt8] {
        var writer = JSONWriter(capacity: body.count + 80)
        write(into: &writer)
        return writer.bytes
    }
}
