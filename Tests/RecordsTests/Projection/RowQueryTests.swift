import FHIR
import Records
import TestSupport
import Testing

/// Rows of few different values, so that every column of a sort decides somewhere.
private struct Marks: Projection {
    let tables = [ProjectionTable("mark", columns: ["rank": .integer, "due": .integer], indexes: [["rank", "due"]])]
    let reads: Set<String> = ["Patient"]

    func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        guard person.patient != nil else {
            return []
        }
        let seed = Int64(person.id.utf8.last ?? 0)
        return (0..<4).map { slot in
            ProjectionRow("mark", [.integer((seed + slot) % 3), .integer((seed * slot) % 5)])
        }
    }
}

struct RowQueryTests {
    @Test(arguments: Engines.all, [[false, false], [true, true], [false, true], [true, false]])
    func `paging visits every row once, in order`(engine: TestEngine, descending: [Bool]) async throws {
        let scratch = try await ScratchRecords.open(engine, projections: [Marks()])
        for number in 1...9 {
            try await scratch.put(["resourceType": "Patient"], id: "p\(number)")
        }
        var query = RowQuery("mark")
        query.order = [("rank", descending[0]), ("due", descending[1])]
        query.conditions = [.init("rank", .less, .integer(9)), .init("due", .different, .integer(77))]
        query.limit = 100
        let whole = query
        let pages = try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
            var paged = whole
            paged.limit = 5
            var seen: [[SQLValue]] = []
            for _ in 0..<20 {
                let found = try reader.rows(paged, ["rank", "due"])
                seen += found.map { $0.cursor(of: paged) }
                paged.after = found.last?.cursor(of: paged)
                if found.count < 5 {
                    break
                }
            }
            return (seen, try reader.rows(whole, ["rank", "due"]).map { $0.cursor(of: whole) })
        }
        #expect(pages.1.count == 36)
        #expect(pages.0 == pages.1)
    }
}
