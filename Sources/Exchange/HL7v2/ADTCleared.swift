extension ADTTranslation {
    /// Fields that delete when they come as two quotation marks, and the path of what they delete.
    private static let deletable: [(segment: String, field: Int, path: String)] = [
        ("PID", 7, "Patient.birthDate"), ("PID", 8, "Patient.gender"), ("PID", 11, "Patient.address"),
        ("PID", 13, "Patient.telecom.where(use != 'work')"), ("PID", 14, "Patient.telecom.where(use = 'work')"),
        ("PID", 15, "Patient.communication"), ("PID", 16, "Patient.maritalStatus"),
        ("PID", 29, "Patient.deceased"), ("PID", 30, "Patient.deceased"), ("PD1", 4, "Patient.generalPractitioner"),
        ("PV1", 3, "Encounter.location"), ("PV1", 4, "Encounter.priority"),
        ("PV1", 7, "Encounter.participant.where(type.coding.code = 'ATND')"),
        ("PV1", 8, "Encounter.participant.where(type.coding.code = 'REF')"),
        ("PV1", 10, "Encounter.serviceType"), ("PV1", 14, "Encounter.hospitalization.admitSource"),
        ("PV1", 17, "Encounter.participant.where(type.coding.code = 'ADM')"), ("PV1", 18, "Encounter.type"),
        ("PV1", 36, "Encounter.hospitalization.dischargeDisposition"),
        ("PV1", 37, "Encounter.hospitalization.destination"), ("PV1", 39, "Encounter.serviceProvider"),
        ("PV1", 44, "Encounter.period.start"), ("PV1", 45, "Encounter.period.end"),
        ("PV2", 3, "Encounter.reasonCode"),
        ("PV2", 9, "Encounter.extension.where(url = 'urn:almoner:expected-discharge')"),
    ]

    /// Times that are left out when they cannot be read; those that the event turns on are faults.
    private static let times: [(segment: String, field: Int)] = [
        ("PID", 7), ("PID", 29), ("PV1", 44), ("PV1", 45), ("PV2", 9),
    ]

    /// Where a time stands that cannot be read, as `PID-7`.
    func unread() -> [String] {
        Self.times.filter { segment, field in
            let value = message.field(segment, field)
            return value.text != nil && datatypes.time(value) == nil
        }.map { "\($0.segment)-\($0.field)" }
    }

    /// The FHIR paths of what the message deletes, each once. A cancelled discharge takes back what a discharge said.
    func cleared() -> [String] {
        var paths: [String] = []
        for (segment, field, path) in Self.deletable where message.field(segment, field).isDeleted {
            if !paths.contains(path) { paths.append(path) }
        }
        if trigger == "A13" {
            for path in [
                "Encounter.period.end", "Encounter.hospitalization.dischargeDisposition",
                "Encounter.hospitalization.destination",
            ] where !paths.contains(path) {
                paths.append(path)
            }
        }
        return paths
    }
}
