import FHIR
import HTTPTypes
import Records

/// The search parameters of FHIR R4 AuditEvent that the audit answers to; every other one is refused by name.
enum AuditParameters {
    /// - Throws: 400 for a parameter that is not known here, or a value that cannot be read.
    static func read(_ ask: Ask) throws -> AuditAsk {
        var wanted = AuditAsk()
        for (name, value) in ask.criteria where !value.isEmpty {
            switch name {
            case "_id": wanted.places = value.split(separator: ",").compactMap { AuditAsk.Place(String($0)) }
            case "date": try bound(value, &wanted)
            case "patient", "patient:Patient": wanted.person = last(of: value)
            case "entity": wanted.resource = try resource(value)
            case "agent": wanted.agent = value.contains("/") ? value : "Practitioner/\(value)"
            case "agent:identifier": wanted.account = value.split(separator: "|").last.map(String.init) ?? value
            case "action": try narrow(&wanted, value.split(separator: ",").flatMap { deeds(action: $0) }, name)
            case "type": try narrow(&wanted, value.split(separator: ",").flatMap { deeds(type: code($0)) }, name)
            case "subtype": wanted.interaction = code(Substring(value))
            case "address": wanted.address = value
            case "outcome": wanted.succeeded = try outcome(code(Substring(value)))
            case "_sort": wanted.order = try order(value)
            case "_count", Ask.cursor: continue
            default:
                guard !ask.prefer.isLenient else {
                    continue
                }
                throw Refusal(
                    .badRequest, .notSupported,
                    "The audit is searched by \(known.joined(separator: ", ")); not by “\(name.prefix(64))”.")
            }
        }
        return wanted
    }

    static let known = [
        "_id", "action", "address", "agent", "agent:identifier", "date", "entity", "outcome", "patient", "subtype",
        "type",
        "_sort", "_count",
    ]

    /// `ge2026-11-22`, `lt…`, or a date, which covers all of its day.
    private static func bound(_ value: String, _ wanted: inout AuditAsk) throws {
        let prefix = value.prefix(2)
        let hasPrefix = ["ge", "gt", "le", "lt", "eq"].contains(prefix)
        guard let date = FHIRDate(hasPrefix ? String(value.dropFirst(2)) : value, as: .search), date.low < date.high
        else {
            throw Refusal(.badRequest, .value, "date is a date or a time, with ge, gt, le or lt before it if need be.")
        }
        func from(_ moment: Int64) { wanted.from = max(wanted.from ?? moment, moment) }
        func until(_ moment: Int64) { wanted.until = min(wanted.until ?? moment, moment) }
        switch hasPrefix ? prefix : "eq" {
        case "ge": from(date.low)
        case "gt": from(date.high)
        case "le": until(date.high)
        case "lt": until(date.low)
        default:
            from(date.low)
            until(date.high)
        }
    }

    private static func deeds(action: Substring) -> [AuditAsk.Deed] {
        AuditAsk.Deed.allCases.filter { $0.fhirAction == code(action) }
    }

    private static func deeds(type: String) -> [AuditAsk.Deed] {
        switch type {
        case "rest": AuditAsk.Deed.allCases.filter { ![.signIn, .importing, .export].contains($0) }
        case "110114": [.signIn]
        case "110106": [.export]
        case "110107": [.importing]
        default: []
        }
    }

    private static func narrow(_ wanted: inout AuditAsk, _ deeds: [AuditAsk.Deed], _ name: String) throws {
        wanted.deeds = wanted.deeds.map { $0.intersection(deeds) } ?? Set(deeds)
    }

    private static func outcome(_ code: String) throws -> Bool {
        switch code {
        case "0": true
        case "4", "8", "12": false
        default: throw Refusal(.badRequest, .value, "outcome is 0, 4, 8 or 12.")
        }
    }

    private static func order(_ value: String) throws -> AuditAsk.Order {
        switch value {
        case "date": .oldest
        case "-date": .newest
        default: throw Refusal(.badRequest, .notSupported, "The audit is sorted by date or -date.")
        }
    }

    private static func resource(_ value: String) throws -> (type: String, id: String) {
        let parts = value.split(separator: "/")
        guard parts.count >= 2 else {
            throw Refusal(.badRequest, .value, "entity is a reference, for example Observation/17.")
        }
        return (String(parts[parts.count - 2]), String(parts[parts.count - 1]))
    }

    private static func last(of reference: String) -> String {
        reference.split(separator: "/").last.map(String.init) ?? reference
    }

    /// The code of a token, whatever its system.
    private static func code(_ token: Substring) -> String {
        token.split(separator: "|").last.map(String.init) ?? String(token)
    }
}
