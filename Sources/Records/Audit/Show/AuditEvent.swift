package import FHIR
import Foundation

/// A line of the audit as a FHIR R4 AuditEvent, in the manner of IHE's Basic Audit Log Patterns: who (client, server,
/// user), which interaction, whose record, which resource, what was searched for, and what for.
///
/// The client's network address is that of the connection, or what a trusted proxy says of it. Where none was noted, and
/// for the server's own, there is none; so the profiles are followed, and not claimed.
package enum AuditEvent {
    private static let rest: JSON = coding(
        "http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "Restful Operation")
    private static let dicom = "http://dicom.nema.org/resources/ontology/DCM"
    private static let reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason"

    /// - Parameters:
    ///   - line: what happened.
    ///   - site: whose server it is.
    /// - Returns: the resource, without an id of its own in the store.
    package static func json(_ line: AuditLine, site: String) -> JSON {
        let purpose: JSON? =
            line.purpose.isEmpty ? nil : [["coding": [["system": .string(reason), "code": .string(line.purpose)]]]]
        return .compact([
            "resourceType": "AuditEvent", "id": .string(line.place.text),
            "type": type(line), "subtype": subtype(line).map { [$0] }, "action": .string(line.deed.fhirAction),
            "recorded": .string(FHIRDate.instant(line.at)), "outcome": line.succeeded ? "0" : "8",
            "outcomeDesc": line.deed.isRest ? nil : .string(line.detail), "purposeOfEvent": purpose,
            "agent": .array(agents(line, site, purpose)),
            "source": [
                "observer": ["display": .string(site)],
                "type": [
                    coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")
                ],
            ],
            "entity": entities(line),
        ])
    }

    private static func type(_ line: AuditLine) -> JSON {
        switch line.deed {
        case .signIn: coding(dicom, "110114", "User Authentication")
        case .importing: coding(dicom, "110107", "Import")
        case .export: coding(dicom, "110106", "Export")
        default: rest
        }
    }

    private static func subtype(_ line: AuditLine) -> JSON? {
        if line.deed == .signIn {
            return coding(dicom, "110122", "Login")
        }
        return line.restCode.map { coding("http://hl7.org/fhir/restful-interaction", $0, $0) }
    }

    private static func agents(_ line: AuditLine, _ site: String, _ purpose: JSON?) -> [JSON] {
        let isProgram = line.account.hasPrefix("client/") || line.account.hasPrefix("system/")
        // Data flow from the source to the destination; what is searched for flows to the server.
        let (client, server) = line.deed == .look ? ("110152", "110153") : ("110153", "110152")
        let titles = ["110152": "Destination Role ID", "110153": "Source Role ID"]
        func role(_ code: String) -> JSON { ["coding": [coding(dicom, code, titles[code] ?? "")]] }
        var agents: [JSON] = [
            .compact([
                "type": role(client),
                "who": isProgram
                    ? ["identifier": ["value": .string(line.account)]] : ["display": "A browser of the care team"],
                "requestor": .bool(isProgram), "purposeOfUse": isProgram ? purpose : nil,
                "network": line.address.isEmpty ? nil : ["address": .string(line.address), "type": "2"],
            ]),
            ["type": role(server), "who": ["display": .string(site)], "requestor": false],
        ]
        guard !isProgram else {
            return agents
        }
        let participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
        let isAuthor = [.create, .update, .delete].contains(line.deed)
        agents.append(
            .compact([
                "type": [
                    "coding": [
                        isAuthor
                            ? coding(participation, "AUT", "author")
                            : coding(participation, "IRCP", "information recipient")
                    ]
                ],
                "role": line.roles.isEmpty ? nil : .array(line.roles.map { ["text": .string($0)] }),
                "who": .compact([
                    "reference": line.practitioner.map { .string($0) },
                    "identifier": ["value": .string(line.account)], "display": line.name.map { .string($0) },
                ]),
                "name": line.name.map { .string($0) }, "requestor": true, "purposeOfUse": purpose,
            ]))
        return agents
    }

    private static func entities(_ line: AuditLine) -> JSON? {
        var entities: [JSON] = []
        if let person = line.person {
            entities.append([
                "what": ["reference": .string("Patient/\(person)")], "type": entityType("1", "Person"),
                "role": role("1", "Patient"),
            ])
        }
        if line.deed == .search {
            let asked = (line.type ?? line.detail) + "?" + line.query
            entities.append([
                "type": entityType("2", "System Object"), "role": role("24", "Query"),
                "description": .string(asked), "query": .string(Data(asked.utf8).base64EncodedString()),
            ])
        } else if let resource = line.resource {
            let version = line.version > 0 ? "/_history/\(line.version)" : ""
            entities.append([
                "what": ["reference": .string(resource + version)], "type": entityType("2", "System Object"),
                "role": role("4", "Domain Resource"), "description": .string(line.detail),
            ])
        } else if line.deed.isRest {
            entities.append([
                "type": entityType("2", "System Object"), "role": role("4", "Domain Resource"),
                "name": .string(line.detail),
            ])
        }
        return entities.isEmpty ? nil : .array(entities)
    }

    private static func entityType(_ code: String, _ display: String) -> JSON {
        coding("http://terminology.hl7.org/CodeSystem/audit-entity-type", code, display)
    }

    private static func role(_ code: String, _ display: String) -> JSON {
        coding("http://terminology.hl7.org/CodeSystem/object-role", code, display)
    }

    private static func coding(_ system: String, _ code: String, _ display: String) -> JSON {
        ["system": .string(system), "code": .string(code), "display": .string(display)]
    }
}

extension AuditAsk.Deed {
    /// FHIR R4 AuditEvent.action.
    package var fhirAction: String {
        switch self {
        case .create: "C"
        case .look: "R"
        case .update: "U"
        case .delete: "D"
        case .search, .signIn, .refusal, .importing, .export: "E"
        }
    }

    fileprivate var isRest: Bool { ![.signIn, .importing, .export].contains(self) }
}

extension AuditLine {
    private static let restCodes: Set<String> = [
        "read", "vread", "update", "patch", "delete", "history", "history-instance", "history-type", "history-system",
        "create", "search", "search-type", "search-system", "capabilities", "transaction", "batch", "operation",
    ]

    /// The code of FHIR's restful-interaction; nil for what is none.
    fileprivate var restCode: String? {
        if let interaction {
            return Self.restCodes.contains(interaction)
                ? interaction : interaction.hasPrefix("search") ? "search" : "operation"
        }
        return switch deed {
        case .look: "read"
        case .search: "search"
        case .create: "create"
        case .update: "update"
        case .delete: "delete"
        default: nil
        }
    }
}
