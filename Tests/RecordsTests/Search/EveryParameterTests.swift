import FHIR
import Foundation
import Records
import TestSupport
import Testing

/// For every example and each of its parameters that it has a value for, a search by that value finds it.
struct EveryParameterTests {
    @Test(.enabled(if: SharedData.isThere), arguments: Engines.all)
    func `every example is found by each of its values`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        let records = probe.scratch.records
        let indexer = Indexer(definitions: records.definitions)
        var documents: [(id: String, JSONDocument)] = []
        for folder in ["data/examples-r4", "data/examples-us-core"] {
            for file in SharedData.files(in: folder, ending: ".json") {
                guard let document = try? JSONDocument(Array(try Data(contentsOf: file))),
                    let type = document.root.text("resourceType"), document.root.text("id") != nil
                else { continue }
                // What the examples break is another test's.
                let id = "example-\(documents.count)"
                guard (try? await probe.put(type, id, document.root.value)) != nil else {
                    continue
                }
                documents.append((id, document))
            }
        }
        #expect(documents.count > 50)
        var asked = 0
        for (id, document) in documents {
            let name = try #require(document.root.text("resourceType"))
            let type = try #require(records.definitions.number(ofType: name))
            var rows: [IndexRow] = []
            indexer.index(document.root, type: type, into: &rows)
            for row in rows {
                guard let search = text(row, records.definitions) else { continue }
                let page = try await probe.page("\(name)?\(search)&_id=\(id)")
                #expect(page.matches.map(\.id) == [id], "\(name)?\(search)")
                asked += 1
            }
        }
        #expect(asked > 1_000)
    }

    private func text(_ row: IndexRow, _ definitions: Definitions) -> String? {
        let isSecond = row.parameter % SearchParameter.perType >= SearchParameter.second
        let number = row.parameter - (isSecond ? SearchParameter.second : 0)
        guard let parameter = definitions.searchParameter(number: number) else { return nil }
        func plain(_ text: String) -> String {
            text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing(",", with: "\\,")
                .replacing("$", with: "\\$")
        }
        func pair(_ modifier: String, _ value: String) -> String {
            SearchPairs.written([SearchPair(parameter.code + modifier, value)])
        }
        switch row.value {
        case .token(let system, let code):
            if isSecond, parameter.kind == .token {
                let halves = code.split(separator: "|", maxSplits: 1).map { plain(String($0)) }
                return pair(":of-type", plain(system ?? "") + "|" + halves.joined(separator: "|"))
            }
            return pair(isSecond ? ":identifier" : "", (system.map(plain) ?? "") + "|" + plain(code))
        case .string(let text, _): return pair(parameter.kind == .token ? ":text" : "", plain(text))
        case .date(let low, _): return pair("", "ge" + FHIRDate.instant(low))
        case .reference(let type, let id): return pair("", type + "/" + id)
        case .url(let url): return pair("", plain(url))
        case .uri(let uri): return pair("", plain(uri))
        case .number(let low, _): return low.isFinite ? pair("", "ge\(low)") : nil
        case .quantity(let low, _, let system, let code, _):
            return low.isFinite ? pair("", "ge\(low)|\(system.map(plain) ?? "")|\(code.map(plain) ?? "")") : nil
        case .together(let row):
            guard parameter.kind == .special else { return nil }
            return pair("", "\(row.low)|\(row.high)|1|km")
        }
    }
}
