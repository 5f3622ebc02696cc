import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// My record on paper, or as the PDF that a browser prints into.
struct PortalRecordPrint: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let words: String
            let more: String?
            let when: String?
        }

        struct Section {
            let title: String
            let rows: [Row]
        }

        let page: PageFrame
        /// Where the page came from.
        let back: String?
        let name: String
        let born: String
        let printed: String
        let nothing: String
        let sections: [Section]
        /// What the law wants to go with a copy.
        let notices: [String]
    }

    /// The parts of the record in their order; what is not named here stands in the file.
    private static let parts: [(title: PlanWords, types: [String])] = [
        (PlanWords(en: "Health problems", es: "Problemas de salud"), ["Condition"]),
        (PlanWords(en: "Allergies", es: "Alergias"), ["AllergyIntolerance"]),
        (PlanWords(en: "Medicines", es: "Medicinas"), ["MedicationRequest", "MedicationStatement"]),
        (PlanWords(en: "Goals", es: "Metas"), ["Goal"]),
        (PlanWords(en: "Vaccines", es: "Vacunas"), ["Immunization"]),
        (PlanWords(en: "Visits to come, and past", es: "Citas que vienen, y pasadas"), ["Appointment"]),
        (PlanWords(en: "Contacts and stays", es: "Contactos y estancias"), ["Encounter"]),
        (PlanWords(en: "Procedures", es: "Procedimientos"), ["Procedure"]),
        (PlanWords(en: "Tests and answers", es: "Pruebas y respuestas"), ["Observation"]),
        (PlanWords(en: "Reports", es: "Informes"), ["DiagnosticReport", "DocumentReference"]),
        (PlanWords(en: "Corrections and messages", es: "Correcciones y mensajes"), ["Communication"]),
        (PlanWords(en: "What I agreed to", es: "Lo que acepté"), ["Consent"]),
        (PlanWords(en: "People around me", es: "Personas cercanas"), ["RelatedPerson"]),
    ]
    private static let mostRows = 2_000

    func add(to routes: StaffRoutes) {
        routes.get("portal/record/print", use: show)
        routes.get("portal/record.pdf", use: download)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try services.pages.response(
            try await model(
                try PortalPerson.ownOrChild(context), context, for: "portal record for paper", back: "/portal/record"),
            "portal-print")
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await PaperFile(services: services)
            .response(
                try await model(try PortalPerson.ownOrChild(context), context, for: "portal record as a PDF"),
                "portal-print", name: "my-record")
    }

    /// - Parameters:
    ///   - person: whose record, and who looks.
    ///   - context: of the request.
    ///   - reason: what the audit says that it is.
    ///   - asked: the language of whoever looks; without it that of the person.
    ///   - back: where it came from; nil where there is no way back.
    /// - Returns: the page for paper.
    /// - Throws: ``RecordsFailure``, or what the database reports.
    func model(
        _ person: PortalPerson, _ context: StaffContext, for reason: String, in asked: PlanLanguage? = nil,
        back: String? = nil
    ) async throws -> Model {
        let (now, zone) = (services.now(), services.zone)
        try await services.records.noteExport(
            by: person.caller, at: now, for: reason, of: person.id)
        let record = try await services.records.read(as: person.caller, at: now, for: "portal record") { reader in
            try reader.person(person.id, Set(Self.parts.flatMap(\.types)))
        }
        let labels = services.records.policy.labels
        let patient = record.patient?.root
        let language = asked ?? PlanLanguage(code: patient.flatMap(Words.languageCode))
        let days = PersonDays(language: language, now: now, zone: zone)
        let says = PortalPaperWords(language, isOwn: person.isOwn)
        let words = RecordWords(days: days)
        let sections = Self.parts.map { title, types in
            Model.Section(
                title: language.of(title),
                rows: types.flatMap(record.all).compactMap(words.row).sorted {
                    ($0.at, $0.row.words) > ($1.at, $1.row.words)
                }
                .prefix(Self.mostRows).map { $0.row })
        }
        return Model(
            page: PageFrame(says.title, context).spoken(language), back: back,
            name: patient.map(Words.spokenName) ?? says.noName,
            born: patient.map { says.born(days.born($0)) } ?? says.noName,
            printed: "\(says.printed(days.long(Words.calendarDay(now, zone: zone)))), \(services.site)",
            nothing: says.nothing,
            sections: sections.filter { !$0.rows.isEmpty },
            notices: Set(Self.parts.flatMap(\.types).flatMap(record.all).flatMap { labels.notices(on: $0.root) })
                .sorted())
    }
}

/// A resource of any of the usual kinds as a line that people read.
struct RecordWords {
    let days: PersonDays

    private static let named = [
        "code", "vaccineCode", "medicationCodeableConcept", "description", "serviceType", "category", "type",
        "relationship",
    ]
    private static let dated = [
        "effectiveDateTime", "occurrenceDateTime", "performedDateTime", "onsetDateTime", "authoredOn", "recordedDate",
        "dateTime", "sent", "start", "issued", "date", "startDate", "dateAsserted",
    ]

    /// - Returns: nil for what says nothing in words.
    func row(_ resource: Resource) -> (at: Int64, row: PortalRecordPrint.Model.Row)? {
        let root = resource.root
        guard root["status"]?.string != "entered-in-error", let words = name(root) else {
            return nil
        }
        let written =
            Self.dated.lazy.compactMap { root[$0]?.string }.first
            ?? ["period", "effectivePeriod", "performedPeriod"].lazy.compactMap { root.text($0, "start") }.first
        return (
            CareMoment.of(written) ?? .min,
            PortalRecordPrint.Model.Row(
                words: words, more: more(root), when: days.dateWithYear(written))
        )
    }

    private func name(_ root: JSONNode) -> String? {
        if root["resourceType"]?.string == "RelatedPerson" {
            return Words.spokenName(root)
        }
        for member in Self.named {
            let place = root[member]
            if let words = place?.string ?? Words.concept(place?.kind == .array ? root.list(member).first : place) {
                return words
            }
        }
        return nil
    }

    private func more(_ root: JSONNode) -> String? {
        if let value = root["valueQuantity"], let digits = value["value"]?.digits {
            return [digits, value["unit"]?.string].compactMap(\.self).joined(separator: " ")
        }
        let parts = root.list("component").compactMap { part -> String? in
            guard let digits = part.at("valueQuantity", "value")?.digits else {
                return nil
            }
            return [Words.concept(part["code"]), digits, part.text("valueQuantity", "unit")].compactMap(\.self)
                .joined(separator: " ")
        }
        if !parts.isEmpty {
            return parts.joined(separator: ", ")
        }
        let said = root.list("payload").compactMap { $0["contentString"]?.string }.joined(separator: " ")
        let all: [String?] = [
            Words.concept(root["valueCodeableConcept"]), root["valueString"]?.string,
            root.list("dosageInstruction").first?["text"]?.string, Words.concept(root.list("relationship").first),
            said.isEmpty ? nil : said, PortalStatusWords.of(root, in: days.language),
        ]
        return all.lazy.compactMap(\.self).first
    }
}
