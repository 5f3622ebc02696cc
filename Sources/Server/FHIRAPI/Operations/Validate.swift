import Access
import FHIR
import HTTPTypes
import Records

/// FHIR R4 $validate: says what is wrong with a resource, and stores nothing.
/// http://hl7.org/fhir/R4/resource-operation-validate.html
enum Validate {
    @Sendable static func perform(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        var mode = ask.parameter("mode")
        var profiles = ask.query.filter { $0.name == "profile" }.map(\.value)
        var resource = ask.body
        if let parameters = ask.body, parameters["resourceType"]?.string == "Parameters",
            ask.type != "Parameters"
                || parameters.list("parameter").contains(where: { $0["name"]?.string == "resource" })
        {
            resource = nil
            for parameter in parameters.list("parameter") {
                switch parameter["name"]?.string {
                case "resource": resource = parameter["resource"]
                case "mode": mode = parameter["valueCode"]?.string ?? parameter["valueString"]?.string
                case "profile":
                    profiles += [parameter["valueUri"], parameter["valueCanonical"]].compactMap { $0?.string }
                default: continue
                }
            }
        }
        var issues: [Issue] = []
        switch mode {
        case nil, "create", "update", "profile": break
        case "delete":
            guard !ask.id.isEmpty else {
                throw Refusal(.badRequest, .required, "mode=delete is asked of one resource: \(ask.type)/id/$validate.")
            }
            return try answer(mayDelete(ask, reader, api))
        default: throw Refusal(.badRequest, .value, "mode is one of create, update, delete and profile.")
        }
        if resource == nil, !ask.id.isEmpty {
            guard let kept = try reader.text(ask.type, ask.id), !kept.isDeleted else {
                throw Refusal.notHere(ask.type)
            }
            resource = try kept.document().root
        }
        guard let resource else {
            throw Refusal(.badRequest, .required, "There is no resource to look at.")
        }
        if mode == "update", !ask.id.isEmpty, resource["id"]?.string != ask.id {
            issues.append(
                Issue(.error, .value, at: "\(ask.type).id", "The address and the resource name different ids."))
        }
        if mode == "create", !ask.id.isEmpty {
            issues.append(Issue(.error, .value, "A resource that is created has no id in its address."))
        }
        issues += api.records.examine(resource, as: ask.type)
        let own = "http://hl7.org/fhir/StructureDefinition/\(ask.type)"
        issues += profiles.filter { $0 != own }.map {
            Issue(
                .warning, .notSupported, "The profile \($0.prefix(200)) is not known here; only the base was checked.")
        }
        return try answer(issues)
    }

    private static func mayDelete(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> [Issue] {
        guard try reader.text(ask.type, ask.id, for: .delete) != nil else {
            return [Issue(.error, .notFound, "There is no such \(ask.type), or it may not be deleted.")]
        }
        return []
    }

    private static func answer(_ issues: [Issue]) throws -> Reply {
        Reply(.ok, OperationOutcome.json(issues))
    }
}
