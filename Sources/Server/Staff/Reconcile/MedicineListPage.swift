import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// One list of medicines, typed or pasted: `/people/:id/medicines/lists/:source`.
struct MedicineListPage: Sendable {
    let services: Services

    struct Model {
        struct Line {
            let name: String
            let takes: String
            let detail: String?
            let remove: FormModel?
        }

        let page: PageFrame
        let banner: PatientBanner
        let back: String
        let source: String
        let lines: [Line]
        let form: FormModel?
    }

    private static func source(_ context: StaffContext) throws -> MedicineSource {
        guard let source = MedicineSource(rawValue: try context.part("source")), MedicineSource.typed.contains(source)
        else {
            throw HTTPError(.notFound)
        }
        return source
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let notice =
            switch Form.query(of: request)["done"] {
            case "entered": "Saved. See below how each line was read; what could not be read stays as it was written."
            case "removed": "Taken out."
            default: nil as String?
            }
        return try await page(context, notice: notice)
    }

    @Sendable func enter(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let (person, source) = (try context.part("id"), try Self.source(context))
        let verb = EnterMedicines(
            person: person, source: source, text: form["lines"], replaces: form["replaces"] != nil,
            content: services.care)
        do {
            try await services.records.write(as: try context.caller(), at: services.now()) {
                _ = try verb.perform(in: $0)
            }
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems)
        }
        return .seeOther("/people/\(person)/medicines/lists/\(source.rawValue)?done=entered")
    }

    @Sendable func remove(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let (person, source) = (try context.part("id"), try Self.source(context))
        let verb = RemoveMedicine(person: person, id: form["statement"] ?? "")
        try await services.records.write(as: try context.caller(), at: services.now()) {
            _ = try verb.perform(in: $0)
        }
        return .seeOther("/people/\(person)/medicines/lists/\(source.rawValue)?done=removed")
    }

    private func page(
        _ context: StaffContext, notice: String? = nil, typed: Form = Form([]), problems: FormProblems? = nil
    ) async throws -> Response {
        let source = try Self.source(context)
        let (now, care) = (services.now(), services.care)
        let person = try context.part("id")
        let standing = try await services.records.read(as: try context.caller(), at: now, for: "medicines") { reader in
            try Reconciliation.read(person, content: care, with: MedicinesPage.reads, by: reader, at: now)
        }
        let base = "/people/\(person)/medicines"
        let mayEnter = services.records.policy.permits(try context.caller(), .signClinical)
        let entries = standing.lines.flatMap(\.entries).filter { $0.source == source }.sorted {
            $0.name.lowercased() < $1.name.lowercased()
        }
        return try services.pages.response(
            Model(
                page: PageFrame(
                    "Medicines: \(source.title)", context, notice: notice.map { .good($0) }, problems: problems),
                banner: PatientBanner(standing.record, now: now, zone: services.zone), back: base,
                source: source.title,
                lines: entries.map { line($0, "\(base)/lists/\(source.rawValue)/remove", mayEnter: mayEnter) },
                form: mayEnter
                    ? form("\(base)/lists/\(source.rawValue)", source, hasLines: !entries.isEmpty, typed, problems)
                    : nil),
            "medicine-list", status: problems == nil ? .ok : .unprocessableContent)
    }

    private func line(_ entry: MedicineEntry, _ action: String, mayEnter: Bool) -> Model.Line {
        let statement = entry.references.first { $0.hasPrefix("MedicationStatement/") }
        let idle = entry.isStopped ? "to be stopped" : entry.isNotTaken ? "not taken" : nil
        let details = [
            idle, entry.reason.map { "for \($0)" }, entry.text.lastTaken.map { "last taken \($0)" },
            entry.date.flatMap { Words.date($0, now: services.now(), zone: services.zone) },
        ].compactMap(\.self)
        return Model.Line(
            name: entry.name, takes: entry.takes ?? "how is not said",
            detail: details.isEmpty ? nil : details.joined(separator: ", "),
            remove: mayEnter
                ? statement.map {
                    FormModel(
                        action, submit: "Take out \(entry.name)",
                        hidden: [("statement", String($0.dropFirst("MedicationStatement/".count)))], grave: true)
                } : nil)
    }

    private func form(
        _ action: String, _ source: MedicineSource, hasLines: Bool, _ typed: Form, _ problems: FormProblems?
    ) -> FormModel {
        let wrong = (problems?.all ?? []).map { (field: $0.field, message: $0.message) }
        var fields = [
            Field.area("lines", "One medicine on each line", value: typed["lines"], rows: 12).with {
                $0.hint =
                    "As it is written: metoprolol succ 50 mg once a day for the heart. Begin with STOP what is to be stopped, "
                    + "with “not taking” what is not taken."
            }
        ]
        if hasLines {
            fields.append(
                Field.check(
                    "replaces", "This is a new list: lines typed in before no longer count",
                    isOn: typed["replaces"] != nil))
        }
        return FormModel(action, submit: "Save these lines", fields: fields.with(wrong))
    }
}
