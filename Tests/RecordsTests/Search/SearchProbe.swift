import Access
import FHIR
import Records
import TestSupport
import Testing

/// Runs searches on records of its own, as a client that sees everything.
struct SearchProbe {
    let scratch: ScratchRecords
    var caller = Caller.system("test")

    static func open(_ engine: TestEngine) async throws -> SearchProbe {
        SearchProbe(scratch: try await ScratchRecords.open(engine, staffed: false))
    }

    func put(_ type: String, _ id: String, _ members: JSON = [:], at now: Int64 = 1_000) async throws {
        var resource: JSON = ["resourceType": .string(type)]
        if case .object(let members) = members {
            for member in members {
                resource[member.name] = member.value
            }
        }
        let stored = resource
        _ = try await scratch.records.write(as: .system("test"), at: now) { change in
            var resource = stored
            resource["id"] = .string(id)
            return try change.update(resource, ifVersion: nil)
        }
    }

    /// `Patient?name=x`, decoded.
    func query(_ text: String, lenient: Bool = false) throws -> SearchQuery {
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let pairs = halves.count > 1 ? try SearchPairs.read(Array(halves[1].utf8)) : []
        let path = halves[0].split(separator: "/").map(String.init)
        let scope: SearchScope =
            switch path.count {
            case 0: .system
            case 1: .type(path[0])
            default: .compartment(path[0], id: path[1], type: path.count > 2 && path[2] != "*" ? path[2] : nil)
            }
        return try SearchParser(definitions: scratch.records.definitions).parse(
            pairs, in: scope, base: "https://here.example/fhir", now: ScratchRecords.now, lenient: lenient)
    }

    func page(_ text: String, after cursor: String? = nil) async throws -> SearchPage {
        let query = try query(text)
        return try await scratch.records.read(as: caller, at: 0, for: "test") { try $0.search(query, after: cursor) }
    }

    /// The ids of the matches of all pages.
    func ids(_ text: String) async throws -> [String] {
        var ids: [String] = []
        var cursor: String?
        repeat {
            let page = try await page(text, after: cursor)
            ids += page.matches.map(\.id)
            cursor = page.next
        } while cursor != nil && ids.count < 5_000
        return ids
    }

    /// The matches in the order of their ids, in one text.
    func found(_ text: String) async throws -> String {
        try await ids(text).sorted().joined(separator: " ")
    }
}
