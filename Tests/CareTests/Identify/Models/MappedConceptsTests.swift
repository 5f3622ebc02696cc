import Care
import Foundation
import TestSupport
import Testing

/// Every mapped SNOMED CT concept, beside what the reference worked out for its ICD-10-CM code on its own.
struct MappedConceptsTests {
    @Test(.enabled(if: SharedData.isThere))
    func `each mapped concept drives the categories that the reference gives for it`() throws {
        let folder = try #require(SharedData.folder)
        let place = folder.appending(path: "reference/data/synthea_snomed_to_icd10cm.csv")
        let models = try RiskContent.models
        var seen = 0
        for line in try String(contentsOf: place, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst() {
            let fields = Self.fields(line)
            try #require(fields.count == 10)
            var explained = models.explained(fields[0], age: 75, sex: .male)
            // The reference gives categories before age edits; one concept is a disease of the newborn.
            if explained["cms-hcc-v28"]?.reason(for: fields[0])?.hasPrefix("age/sex edit") ?? false {
                explained = models.explained(fields[0], age: 0, sex: .male, "CND")
            }
            func categories(_ model: String) -> Set<String> {
                Set((explained[model]?.drivers ?? []).filter { !$0.code.isEmpty }.map(\.category))
            }
            #expect(categories("charlson-original") == Self.list(fields[4]), "\(fields[0])")
            #expect(categories("elixhauser-vanwalraven") == Self.list(fields[5]), "\(fields[0])")
            #expect(categories("cms-hcc-v24") == Set(Self.list(fields[6]).map { "HCC\($0)" }), "\(fields[0])")
            #expect(categories("cms-hcc-v28") == Set(Self.list(fields[7]).map { "HCC\($0)" }), "\(fields[0])")
            #expect(explained["hfrs"]?.result == Thousandths(decimal: fields[8]) ?? .zero, "\(fields[0])")
            seen += 1
        }
        #expect(seen == 287)
    }

    private static func list(_ text: String) -> Set<String> {
        Set(text.split { " ;|+,".contains($0) }.map(String.init))
    }

    private static func fields(_ line: Substring) -> [String] {
        var fields = [""]
        var quoted = false
        for character in line {
            if character == "\"" {
                quoted.toggle()
            } else if character == ",", !quoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
