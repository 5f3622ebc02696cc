import Access
import ArgumentParser
import Care
import Content
import FHIR
import Foundation
import Records

/// Where everybody stands to all programmes, worked out anew, and what one fact that is stored costs with it.
struct ProgramCosts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "programs")

    @Option(help: "A data folder with people in it. Some conditions are added.")
    var data: String

    @Option(help: "How many facts are stored.")
    var facts = 300

    func run() async throws {
        let folder = URL(filePath: data)
        let content = Content()
        let care = try CareContent(content: content)
        let records = try await Records(
            database: .folder(folder), audit: .beside(folder), definitions: care.definitions,
            policy: try Policy(content: content), projections: Projections.all(care))
        let now = BenchRecords.now
        let programs = EvaluatePrograms(records: records, programs: care.programs)
        let clock = ContinuousClock()
        var seconds: [Double] = []
        var people = 0
        // The second time nothing differs, as on most nights.
        for _ in 0..<2 {
            let began = clock.now
            people = try await programs.run(at: now).people
            seconds.append((clock.now - began) / .seconds(1))
        }
        // Half a year on, windows have moved for many.
        let began = clock.now
        let moved = try await programs.run(at: now + 180 * 86_400_000)
        seconds.append((clock.now - began) / .seconds(1))
        try await programs.run(at: now)

        let ids = try await records.read(as: .system("bench"), at: now, for: "bench") {
            try $0.personIDs(after: nil, limit: facts)
        }
        var milliseconds: [Double] = []
        for id in ids {
            let condition: JSON = [
                "resourceType": "Condition", "id": .string("bench-\(id)"),
                "subject": ["reference": .string("Patient/\(id)")],
                "code": ["coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"]]],
            ]
            let began = clock.now
            _ = try await records.write(as: .system("bench"), at: now) { try $0.update(condition, ifVersion: nil) }
            milliseconds.append((clock.now - began) / .milliseconds(1))
        }
        try await records.end()
        let sorted = milliseconds.sorted()
        let p95 = sorted.isEmpty ? 0 : sorted[sorted.count * 95 / 100]
        print(
            """
            {"people": \(people), "first_s": \(seconds[0]), "again_s": \(seconds[1]), "moved_s": \(seconds[2]), \
            "moved_people": \(moved.changed), "fact_ms": \(median(milliseconds)), "fact_p95_ms": \(p95)}
            """)
    }
}
