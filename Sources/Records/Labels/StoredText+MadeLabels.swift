import FHIR

extension StoredText {
    /// The text without the labels that the product has put there by itself: whoever imports it finds them again by the same
    /// codes, and what was imported is exported as it came.
    package var withoutMadeLabels: [UInt8] {
        guard labels != 0, let document = try? document(), let security = document.root["meta"]?.list("security"),
            security.contains(where: { $0["userSelected"]?.bool == false })
        else {
            return body
        }
        var resource = document.root.value
        let chosen = security.filter { $0["userSelected"]?.bool != false }.map(\.value)
        resource["meta"]?["security"] = chosen.isEmpty ? nil : .array(chosen)
        if resource["meta"] == [:] {
            resource["meta"] = nil
        }
        return resource.serialized()
    }
}
