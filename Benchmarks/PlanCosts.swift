import Access
import ArgumentParser
import Care
import Content
import FHIR
import Foundation
import Records

/// A plan of many problems: the largest protocol applied, beside a plain write of the same resources, and what does not fit
/// found among twenty medicines and eight conditions.
struct PlanCosts: AsyncParsableCommand {
    @Option(help: "An empty folder to work in.")
    var work: String

    @Option(help: "How often each is measured.")
    var runs = 50

    private static let medicines = [
        "furosemide 40 MG Oral Tablet", "lisinopril 10 MG Oral Tablet", "ibuprofen 600 MG Oral Tablet",
        "metoprolol succinate 50 MG Extended Release Oral Tablet", "warfarin sodium 5 MG Oral Tablet",
        "aspirin 81 MG Oral Tablet", "simvastatin 40 MG Oral Tablet", "amiodarone 200 MG Oral Tablet",
        "metformin hydrochloride 500 MG Oral Tablet", "glipizide 5 MG Oral Tablet", "sertraline 50 MG Oral Tablet",
        "tramadol 50 MG Oral Tablet", "gabapentin 300 MG Oral Capsule", "omeprazole 20 MG Oral Capsule",
        "spironolactone 25 MG Oral Tablet", "potassium chloride 20 MEQ Oral Tablet", "digoxin 0.125 MG Oral Tablet",
        "levothyroxine 0.05 MG Oral Tablet", "albuterol 0.09 MG Inhaler", "lorazepam 1 MG Oral Tablet",
    ]

    func run() async throws {
        let folder = URL(filePath: work, directoryHint: .isDirectory)
        let content = Content()
        let care = try CareContent(content: content)
        let records = try await BenchRecords.open(
            .folder(folder.appending(path: "records")), beside: folder, policy: try Policy(content: content))
        let caller = Caller(account: "bench", name: "Bench", roles: [.careManager], practitioner: "Practitioner/bench")
        let now = BenchRecords.now
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now))
        let packs = care.plans.effective(on: today.text).sorted { Self.items($0).count > Self.items($1).count }
        guard let largest = packs.first, packs.count >= 8 else { throw ExitCode.failure }

        var (applied, again, plain): ([Double], [Double], [Double]) = ([], [], [])
        let clock = ContinuousClock()
        for turn in 0..<runs {
            let person = "p\(turn)"
            try await Self.person(person, records)
            let verb = Self.taking([largest], person: person, care, today)
            var began = clock.now
            _ = try await records.write(as: caller, at: now) { try verb.perform(in: $0) }
            applied.append((clock.now - began).milliseconds)
            began = clock.now
            // A retry is refused by the version of the plan, or finds all of it there: it makes nothing.
            _ = try? await records.write(as: caller, at: now) { try verb.perform(in: $0) }
            again.append((clock.now - began).milliseconds)

            let other = "other-\(turn)"
            try await Self.person(other, records)
            let types: Set<String> = ["CarePlan", "Condition", "Goal", "RequestGroup", "Task"]
            let copies = try await records.read(as: caller, at: now, for: "bench") { reader in
                let record = try reader.person(person, types)
                return types.sorted().flatMap { record.all($0) }.map { resource in
                    let text = String(decoding: resource.value.serialized(), as: UTF8.self)
                    return text.replacing("Patient/\(person)\"", with: "Patient/\(other)\"")
                }
            }
            let documents = try copies.map { text -> JSON in
                var json = try JSONDocument(text: text).root.value
                json["meta"] = nil
                json["id"] = nil
                json["identifier"] = nil
                return json
            }
            began = clock.now
            try await records.write(as: caller, at: now) { change in
                for json in documents { _ = try change.create(json) }
            }
            plain.append((clock.now - began).milliseconds)
        }

        try await Self.person("many", records)
        let eight = Self.taking(Array(packs.prefix(8)), person: "many", care, today)
        let count = try await records.write(as: caller, at: now) { change in
            for name in Self.medicines {
                _ = try change.create([
                    "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                    "medicationCodeableConcept": ["text": .string(name)], "subject": ["reference": "Patient/many"],
                    "authoredOn": .string(today.text), "dosageInstruction": [["text": "1 in the morning"]],
                ])
            }
            return try eight.perform(in: change)
        }
        let finder = FindConflicts(care) { CalendarDay(daysSinceEpoch: FHIRDate.days($0)) }
        var (read, found): ([Double], [Double]) = ([], [])
        var conflicts = 0
        for _ in 0..<runs {
            var began = clock.now
            let record = try await records.read(as: caller, at: now, for: "bench") {
                try $0.person("many", FindConflicts.reads)
            }
            read.append((clock.now - began).milliseconds)
            began = clock.now
            conflicts = finder.all(record, at: now).count
            found.append((clock.now - began).milliseconds)
        }
        let report: JSON = [
            "largest": .string(largest.id), "items": .int(Self.items(largest).count),
            "apply_ms": .number("\(median(applied))"), "apply_p95_ms": .number("\(Self.late(applied))"),
            "again_ms": .number("\(median(again))"), "plain_ms": .number("\(median(plain))"),
            "plan_items": .int(count), "conflicts": .int(conflicts), "read_ms": .number("\(median(read))"),
            "find_ms": .number("\(median(found))"), "find_p95_ms": .number("\(Self.late(found))"),
        ]
        try await records.end()
        print(String(decoding: report.serialized(), as: UTF8.self))
    }

    private static func person(_ id: String, _ records: Records) async throws {
        try await records.write(as: .system("bench"), at: BenchRecords.now) { change in
            _ = try change.create(["resourceType": "Patient", "birthDate": "1950-01-01"], id: id)
        }
    }

    private static func items(_ pack: PlanPack) -> [String] {
        pack.goals.map { AddFromLibrary.item(pack, .goal, $0.id) }
            + pack.interventions.map { AddFromLibrary.item(pack, .step, $0.id) }
    }

    private static func taking(
        _ packs: [PlanPack], person: String, _ care: CareContent, _ today: CalendarDay
    ) -> AddFromLibrary {
        AddFromLibrary(
            person: person, version: 0, items: packs.flatMap(items), library: care.plans, today: today
        ) { FHIRDate.millis($0.adding(days: 1)) - 1 }
    }

    private static func late(_ times: [Double]) -> Double {
        times.sorted().dropFirst(times.count * 95 / 100).first ?? 0
    }
}

extension Duration {
    fileprivate var milliseconds: Double { microseconds / 1_000 }
}
