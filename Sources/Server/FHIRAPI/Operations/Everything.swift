import Access
import FHIR
import HTTPTypes
import Records

/// FHIR R4 Patient/$everything: the person's whole record in pages, and who and where it refers to.
/// http://hl7.org/fhir/R4/patient-operation-everything.html
enum Everything {
    @Sendable static func perform(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        var ask = ask
        ask.type = "Patient"
        throw Refusal(.notFound, .notSupported, "Not open yet.")
    }
}
