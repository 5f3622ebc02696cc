/// Sex as FHIR R4 `Patient.gender` codes it. The CMS-HCC models know only female and male.
package enum AdministrativeSex: String, Sendable, CaseIterable {
    case female
    case male
    case other
    case unknown
}
