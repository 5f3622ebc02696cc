package import FHIR
import Foundation

/// Text kept in a FHIR Attachment.
package enum PlainText {
    static func attachment(_ text: String, title: String, at now: Int64, type: String = "text/plain; charset=utf-8")
        -> JSON
    {
        .compact([
            "contentType": .string(type),
            // Base64 of nothing is no value of FHIR.
            "data": text.isEmpty ? nil : .string(Data(text.utf8).base64EncodedString()),
            "title": .string(title), "creation": .string(FHIRDate.instant(now)),
        ])
    }

    /// The text of an attachment; nil when it is absent or no text.
    package static func read(_ attachment: JSONNode?) -> String? {
        guard let data = attachment?["data"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
            return nil
        }
        return String(data: data, encoding: .utf8)
    }
}
