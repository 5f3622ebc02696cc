import Access
import ArgumentParser
import Care
import Content
import FHIR
import Foundation
import Records

/// What looking for conflicts costs in a plan of many medicines and conditions, beside its floor: reading the same records.
struct ConflictCosts: AsyncParsableCommand {
    @Option(help: "An empty folder to work in.")
    var work: String

    @Option(help: "How often each is measured.")
    var runs = 200

    /// Some interact, two are of one kind, one is nobody's in the table.
    private static let medicines = [
        "Warfarin 5 MG Oral Tablet", "Ibuprofen 400 MG Oral Tablet", "Lisinopril 10 MG Oral Tablet",
        "Spironolactone 25 MG Oral Tablet", "Furosemide 40 MG Oral Tablet", "Metformin 500 MG Oral Tablet",
        "Simvastatin 20 MG Oral Tablet", "Atorvastatin 10 MG Oral Tablet", "Amiodarone 200 MG Oral Tablet",
        "Digoxin 0.125 MG Oral Tablet", "Sertraline 50 MG Oral Tablet", "Tramadol 50 MG Oral Tablet",
        "Omeprazole 20 MG Oral Capsule", "Clopidogrel 75 MG Oral Tablet", "Aspirin 81 MG Oral Tablet",
        "Metoprolol 50 MG Oral Tablet", "Amlodipine 5 MG Oral Tablet", "Gabapentin 300 MG Oral Capsule",
        "Levothyroxine 0.05 MG Oral Tablet", "A herb of the market",
    ]
    private static let conditions = [
        "Heart failure", "Type 2 diabetes", "High blood pressure", "Atrial fibrillation", "Chronic kidney disease",
        "Depression", "Chronic pain", "Underactive thyroid",
    ]

    func run() async throws {
        let folder = URL(filePath: work, directoryHint: .isDirectory)
        let content = Content()
        let records = try await BenchRecords.open(
            .folder(folder.appending(path: "records")), beside: folder, policy: try Policy(content: content))
        let caller = Caller(account: "bench", name: "Bench", roles: [.careManager], practitioner: "Practitioner/bench")
        try await make(records)
        let finder = FindConflicts(try CareContent(content: content)) {
            CalendarDay(daysSinceEpoch: FHIRDate.days($0))
        }
        var (read, found, whole): ([Double], [Double], [Double]) = ([], [], [])
        var count = 0
        let clock = ContinuousClock()
        for _ in 0..<runs {
            let took = try await records.read(as: caller, at: BenchRecords.now, for: "bench") { reader in
                let began = clock.now
                let record = try reader.person("p", FindConflicts.reads)
                let names = try Medicine.names(of: record, by: reader)
                let between = clock.now
                let conflicts = finder.all(record, names: names, at: BenchRecords.now)
                return (between - began, clock.now - between, conflicts.count)
            }
            read.append(took.0.microseconds / 1_000)
            found.append(took.1.microseconds / 1_000)
            whole.append((took.0 + took.1).microseconds / 1_000)
            count = took.2
        }
        precondition(count > 0, "Nothing was found: the plan is not what it should be.")
        let report: JSON = [
            "medicines": .int(Self.medicines.count), "conditions": .int(Self.conditions.count),
            "conflicts": .int(count), "runs": .int(runs), "read_ms": .number("\(median(read))"),
            "find_ms": .number("\(median(found))"), "find_p95_ms": .number("\(late(found))"),
            "whole_ms": .number("\(median(whole))"), "whole_p95_ms": .number("\(late(whole))"),
        ]
        try await records.end()
        print(String(decoding: report.serialized(), as: UTF8.self))
    }

    /// What 95 of 100 do not pass.
    private func late(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
    }

    private func make(_ records: Records) async throws {
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(BenchRecords.now))
        let maker = Caller(account: "bench", name: "Bench", roles: [.careManager], practitioner: nil)
        try await records.write(as: .system("bench"), at: BenchRecords.now) { change in
            try change.create(["resourceType": "Patient", "birthDate": "1950-01-01"], id: "p")
            for name in Self.medicines {
                try change.create([
                    "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                    "subject": ["reference": "Patient/p"], "medicationCodeableConcept": ["text": .string(name)],
                    "dosageInstruction": [["text": "Take one in the morning with water."]],
                ])
            }
        }
        for (place, name) in Self.conditions.enumerated() {
            try await records.write(as: maker, at: BenchRecords.now) { change in
                try AddProblem(person: "p", version: 0, known: nil, text: name, kind: .problem).perform(in: change)
                let goal = try AddGoal(
                    person: "p", version: 0, problem: nil,
                    form: GoalForm(
                        words: "I want to live well with this, number \(place).", measure: "Good days in a week",
                        direction: "at-least", target: "5", unit: "days", due: today.adding(days: 60).text,
                        importance: "8", confidence: "6"), today: today
                ).perform(in: change)
                for step in 0..<2 {
                    try AddIntervention(
                        person: "p", version: 0, title: "Talk about \(name), part \(step)", goal: goal.id, owner: nil,
                        due: today.adding(days: 7).text, every: "7", personWords: "Call us when you feel worse.",
                        today: today, endOfDay: { FHIRDate.millis($0) + 86_399_999 }
                    ).perform(in: change)
                }
            }
        }
    }
}
