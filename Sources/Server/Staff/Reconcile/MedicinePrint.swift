import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// The signed list of medicines for the person, on paper: `/people/:id/medicines/print`.
struct MedicinePrint: Sendable {
    let services: Services

    struct Model {
        struct Medicine {
            let name: String
            /// "new" or "changed", in the language of the page.
            let mark: String?
            /// nil where the times of day say it.
            let how: String?
            let why: String?
            /// How much in the morning, at noon, in the evening, at bedtime.
            let cells: [Cell]
        }

        struct Cell {
            let label: String
            let text: String
        }

        struct Other {
            let name: String
            let text: String
        }

        struct Language {
            let name: String
            let lang: String
            let href: String
        }

        let page: PageFrame
        let size: String
        let backHref: String
        let file: String?
        let otherSize: String
        let otherSizeWords: String
        let name: String
        let born: String?
        let version: String
        let signedBy: String
        /// For the staff alone: this is not the newest list, or the lists have changed since.
        let stale: String?
        let heads: [String]
        let medicines: [Medicine]
        let needed: [Medicine]
        let stopped: [Other]
        let asked: [Other]
        let call: String
        let emergency: String
        let notices: [String]
        let says: MedicineSheetWords
        let others: [Language]
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try services.pages.response(try await model(request, context), "medicine-print")
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await PaperFile(services: services).response(
            try await model(request, context), "medicine-print", name: "medicines")
    }

    private func model(_ request: Request, _ context: StaffContext) async throws -> Model {
        let (now, care, person) = (services.now(), services.care, try context.part("id"))
        let caller = try context.caller()
        let (standing, manager) = try await services.records.read(as: caller, at: now, for: "medicines print") {
            reader in
            let standing = try Reconciliation.read(
                person, content: care, with: MedicinesPage.reads, by: reader, at: now)
            let episode = standing.record.all("EpisodeOfCare").last { $0.root["status"]?.string == "active" }
            return (standing, try reader.find(reference: episode?.root["careManager"]?["reference"]?.string))
        }
        let query = Form.query(of: request)
        let wanted = query["version"].flatMap { Int($0) }
        guard
            let signed = wanted.map({ number in standing.signed.first { $0.version == number } })
                ?? standing.signed.first
        else {
            throw NotNow("No list of medicines has been signed yet. Compare the lists and sign first.")
        }
        let says = MedicineSheetWords(
            PlanLanguage(code: query["lang"] ?? standing.record.patient.flatMap { Words.languageCode(of: $0.root) }))
        let names = try await StaffNames.read(services, caller)
        let isLarge = query["size"] == "large"
        var frame = PageFrame(says.title, context)
        frame.lang = says.language.rawValue
        let base = "/people/\(person)/medicines/print"
        func address(_ language: PlanLanguage, _ large: Bool, pdf: Bool = false) -> String {
            "\(base)\(pdf ? ".pdf" : "")?lang=\(language.rawValue)\(large ? "&size=large" : "")"
                + (wanted.map { "&version=\($0)" } ?? "")
        }
        let sheet = MedicineSheet(says: says, wording: care.medicineWording, isLarge: isLarge)
        let taken = signed.taken.sorted { $0.name.lowercased() < $1.name.lowercased() }
        // What is asked about and nobody knows how to take stands among the questions alone.
        let timed = taken.filter { !sheet.isOnlyWhenNeeded($0) && ($0.decision != .ask || $0.takes != nil) }
        let who = manager.flatMap { names.name($0.reference) ?? Words.spokenName($0.root) } ?? signed.signer
        let phone = TeamContact.phone(manager?.root) ?? "\(says.phone) ____________________"
        let isOld = signed.version != standing.signed.first?.version
        return Model(
            page: frame, size: isLarge ? "large" : "", backHref: "/people/\(person)/medicines",
            file: services.printer.map { _ in address(says.language, isLarge, pdf: true) },
            otherSize: address(says.language, !isLarge), otherSizeWords: isLarge ? says.onePage : says.large,
            name: standing.record.patient.map { Words.spokenName($0.root) } ?? says.noName,
            born: standing.record.patient?.root["birthDate"]?.string.flatMap { CalendarDay($0) }.map {
                says.born(says.long($0))
            },
            version: says.version(signed.version, Words.calendarDay(signed.at, zone: services.zone)),
            signedBy: says.signed(signed.signer),
            stale: isOld
                ? "This is not the newest list: version \(standing.signed.first?.version ?? 0) is."
                : standing.isSettled ? nil : "The lists have changed since this was signed. Compare them again.",
            heads: DayTime.allCases.map(says.time), medicines: timed.map(sheet.line),
            needed: taken.filter(sheet.isOnlyWhenNeeded).map(sheet.line),
            stopped: signed.stopped.map { .init(name: $0.name, text: sheet.why($0)) },
            asked: signed.asked.map { .init(name: $0.name, text: $0.isHeld ? says.held : says.goOn) },
            call: "\(who): \(phone)", emergency: says.danger(care.plans.lines.emergency),
            notices: Set(
                Reconciliation.reads.flatMap(standing.record.all)
                    .flatMap { services.records.policy.labels.notices(on: $0.root) }
            ).sorted(), says: says,
            others: PlanLanguage.allCases.filter { $0 != says.language }.map {
                .init(name: $0.ownName, lang: $0.rawValue, href: address($0, isLarge))
            })
    }
}

/// How a signed medicine is said on paper.
struct MedicineSheet {
    let says: MedicineSheetWords
    let wording: MedicineWording
    /// There is room for what is said twice.
    let isLarge: Bool

    /// Nothing of the day's plan: it is taken when there is need.
    func isOnlyWhenNeeded(_ item: SignedMedicines.Item) -> Bool {
        item.text.asNeeded
    }

    func line(_ item: SignedMedicines.Item) -> MedicinePrint.Model.Medicine {
        let times = item.text.dayTimes
        let each = item.text.each(wording, says.language) ?? item.text.strengthWords ?? says.take
        return MedicinePrint.Model.Medicine(
            name: item.name, mark: mark(item),
            how: !isLarge && item.text.isToldByTimes(wording) ? nil : how(item), why: item.reason,
            cells: DayTime.allCases.map { time in
                .init(label: says.time(time), text: times.contains(time) ? each : "–")
            })
    }

    private func mark(_ item: SignedMedicines.Item) -> String? {
        switch (item.decision, item.outcome) {
        case (.ask, _): says.asking
        case (_, .new): says.new
        case (.change, _), (_, .changed), (_, .substituted): says.changed
        default: nil
        }
    }

    /// As it was read, in the language of the page; what could not be read stands as it was written.
    private func how(_ item: SignedMedicines.Item) -> String {
        let parts = [item.text.how(wording, says.language), item.text.unread].compactMap(\.self)
        return parts.isEmpty ? says.askUs : parts.joined(separator: ", ")
    }

    func why(_ item: SignedMedicines.Item) -> String {
        let reason = wording.reason(item.why)?.person.map { says.because(says.language.of($0)) }
        let parts = [reason, item.words].compactMap(\.self)
        return parts.isEmpty ? says.askUs : parts.joined(separator: ". ")
    }
}
