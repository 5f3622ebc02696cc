import Access
import Care
import FHIR
import HTTPTypes
import Records

/// FHIR R4 PlanDefinition/$apply: what a protocol asks for a person, as a proposed CarePlan. It stores nothing, so that
/// it can be asked as often as one likes. http://hl7.org/fhir/R4/operation-plandefinition-apply.html
enum Apply {
    private static let references: Set<String> = ["subject", "encounter", "practitioner", "organization"]
    private static let concepts: Set<String> = [
        "userType", "userLanguage", "userTaskContext", "setting", "settingContext",
    ]

    @Sendable static func ofInstance(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        let asked = try Asked(ask)
        guard asked.definition == nil else {
            throw Refusal(.badRequest, .notSupported, "Of one PlanDefinition, no other one is sent along.")
        }
        guard let stored = try reader.find("PlanDefinition", ask.id) else {
            throw Refusal.notHere("PlanDefinition")
        }
        return try answer(stored.root, asked, ask, reader, api)
    }

    @Sendable static func ofType(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        let asked = try Asked(ask)
        guard let definition = asked.definition else {
            throw Refusal(.badRequest, .required, "Send Parameters with the planDefinition that is to be applied.")
        }
        let issues = api.records.examine(definition, as: "PlanDefinition").filter { $0.severity == .error }
        guard issues.isEmpty else {
            throw Refusal(.unprocessableContent, issues)
        }
        return try answer(definition, asked, ask, reader, api)
    }

    /// The parameters, from the address and from the body.
    private struct Asked {
        var references: [String: [String]] = [:]
        var definition: JSONNode?

        init(_ ask: Ask) throws {
            for (name, value) in ask.criteria { try take(name, value) }
            guard let body = ask.body else {
                return
            }
            guard body["resourceType"]?.string == "Parameters" else {
                throw Refusal(.badRequest, .invalid, "An operation is asked for with Parameters.")
            }
            for parameter in body.list("parameter") {
                let name = parameter["name"]?.string ?? ""
                if name == "planDefinition" {
                    definition = parameter["resource"]
                } else if Apply.concepts.contains(name) {
                    continue
                } else {
                    let value =
                        parameter["valueString"] ?? parameter["valueUri"] ?? parameter["valueReference"]?["reference"]
                    try take(name, value?.string ?? "")
                }
            }
        }

        private mutating func take(_ name: String, _ value: String) throws {
            guard Apply.references.contains(name) else {
                if Apply.concepts.contains(name) {
                    return
                }
                throw Refusal(.badRequest, .notSupported, "$apply has no parameter “\(name.prefix(64))”.")
            }
            references[name, default: []].append(value)
        }

        func one(_ name: String) throws -> String? {
            let all = references[name] ?? []
            guard all.count < 2 else {
                throw Refusal(.badRequest, .notSupported, "Ask for one \(name) at a time.")
            }
            return all.first
        }
    }

    private static func answer(
        _ definition: JSONNode, _ asked: Asked, _ ask: Ask, _ reader: Reader, _ api: FHIRAPI
    ) throws -> Reply {
        guard let subject = try asked.one("subject"), subject.hasPrefix("Patient/") else {
            throw Refusal(.badRequest, .required, "subject is the person it is for: Patient/id.")
        }
        do {
            let shelf = ProtocolShelf(api.services.care.plans)
            let careProtocol = try shelf.read(definition, by: reader)
            let record = try reader.person(String(subject.dropFirst("Patient/".count)), careProtocol.reads)
            var parameters: [String: [FHIRPathValue]] = [:]
            for name in ["encounter", "practitioner", "organization"] {
                guard let reference = try asked.one(name) else { continue }
                guard let found = try reader.find(reference: reference) else {
                    throw Refusal(.badRequest, .notFound, "There is no such \(name).")
                }
                parameters[name] = [FHIRPathValue(resource: found.root, definitions: api.definitions)]
            }
            let context = ProtocolContext(
                record: record, definitions: api.definitions, now: ask.now,
                days: SiteDay(zone: api.services.zone).days(ask.now), practitioner: try asked.one("practitioner"),
                parameters: parameters)
            return Reply(.ok, try ProposedPlan(careProtocol, context: context).make())
        } catch let refusal as ProtocolRefusal {
            throw Refusal(
                .unprocessableContent,
                refusal.reasons.map { Issue(.error, .notSupported, at: $0.place, $0.words) })
        }
    }
}
