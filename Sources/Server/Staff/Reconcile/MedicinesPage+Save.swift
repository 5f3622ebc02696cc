import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// The forms of the page, and the verb behind each.
extension MedicinesPage {
    /// Days that a prescriber has to answer.
    private static let answerDays = 2

    @Sendable func keep(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let verb = KeepAgreeing(person: person, content: services.care)
        let count = try await services.records.write(as: try context.caller(), at: services.now()) {
            try verb.perform(in: $0)
        }
        return .seeOther("/people/\(person)/medicines?done=kept&n=\(count)")
    }

    @Sendable func decide(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let days = SiteDay(zone: services.zone)
        let verb = DecideMedicines(
            person: person, choices: form.all("line").map { Self.choice($0, form) }, content: services.care,
            due: days.end(of: days.today(services.now()).adding(days: Self.answerDays)))
        let result = try await services.records.write(as: try context.caller(), at: services.now()) {
            try verb.perform(in: $0)
        }
        guard result.problems.isEmpty else {
            return try await page(
                try await look(person, context), context,
                notice: result.saved == 0 ? nil : "Saved: \(Words.count(result.saved, "line")). The rest is below.",
                typed: form, problems: FormProblems(result.problems))
        }
        return .seeOther("/people/\(person)/medicines?done=decided&n=\(result.saved)")
    }

    private static func choice(_ key: String, _ form: Form) -> DecideMedicines.Choice {
        func value(_ name: String) -> String? { form[DecideMedicines.field(name, key)] }
        let decision = value("d")
        return DecideMedicines.Choice(
            key: key, version: value("v").flatMap { Int($0) }, decision: decision,
            reason: decision.flatMap { value("r-\($0)") }, words: value("w"), takes: value("t"), whom: value("a"),
            isHeld: value("h") != nil)
    }

    @Sendable func sign(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let verb = SignMedicines(
            person: person, seen: form.all("seen"), content: services.care, zone: FacilityZone.named(services.zone))
        do {
            try await services.records.write(as: try context.caller(), at: services.now()) {
                _ = try verb.perform(in: $0)
            }
        } catch let problems as FormProblems {
            return try await page(try await look(person, context), context, problems: problems)
        }
        return .seeOther("/people/\(person)/medicines?done=signed")
    }
}
