import FHIR
import Records

/// What a signed list of medicines speaks of already: orders and statements that have not changed since it was signed.
struct ToldMedicines {
    /// When each was last taken into a signed list, by its reference; milliseconds since 1970.
    private var told: [String: Int64] = [:]
    private let isSigned: Bool

    /// - Parameter record: of the type MedicationStatement.
    init(_ record: PersonRecord) {
        let signed = record.all("MedicationStatement").filter(Self.isOfSignedList)
        isSigned = !signed.isEmpty
        for statement in signed {
            let at = CareMoment.of(statement.root.text("dateAsserted")) ?? statement.updated
            for source in statement.root.list("derivedFrom").compactMap({ $0.text("reference") }) {
                told[source] = max(told[source] ?? .min, at)
            }
        }
    }

    func has(_ resource: Resource) -> Bool {
        isSigned && (told[resource.reference].map { resource.updated <= $0 } ?? false)
    }

    static func isOfSignedList(_ statement: Resource) -> Bool {
        CareCode.code(statement.root["category"], in: MedicineSource.system) == MedicineSource.signed.rawValue
            && statement.root.text("status") != "entered-in-error"
    }
}
