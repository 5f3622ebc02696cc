import Access
import Content
import FHIR
import Testing

@testable import Exchange

struct SyntheticStoriesTests {
    let asOf = CalendarDay(daysSinceEpoch: 20_777)

    @Test func `twelve people each have a purpose and records of their own`() throws {
        let content = try syntheticContent()
        let stories = try SyntheticPopulation.stories(asOf: asOf, content: content)
        #expect(stories.count == 12)
        #expect(Set(stories.map(\.id)).count == 12)
        let shared = SyntheticPopulation(seed: 1, patients: 1, rich: false, asOf: asOf, content: content).shared()
        var ids: Set<String> = []
        for story in stories {
            #expect(!story.purpose.isEmpty && story.resources.count > 20)
            #expect(story.resources.first?.kind == .patient)
        }
        let all = try (shared + stories.flatMap(\.resources)).map { try JSONDocument($0.bytes).root }
        for resource in all {
            let type = resource.text("resourceType") ?? ""
            #expect(ids.insert("\(type)/\(resource.text("id") ?? "")").inserted)
        }
        for resource in all {
            for name in ["subject", "patient", "encounter", "requester"] {
                if let reference = resource.text(name, "reference") { #expect(ids.contains(reference)) }
            }
        }
    }

    @Test func `the stories are dated from the day they are asked for`() throws {
        let content = try syntheticContent()
        let story = try #require(
            SyntheticPopulation.stories(asOf: asOf, content: content).first { $0.id == "story-brannigan" })
        let stays = try story.resources.filter { $0.kind == .encounter }
            .map { try JSONDocument($0.bytes).root }
            .filter { $0.text("class", "code") == "IMP" }
        #expect(stays.count == 1)
        #expect(stays.first?.text("period", "end")?.prefix(10) == "2026-11-18")
    }

    @Test func `one of them is in hospital now and one has died with visits booked`() throws {
        let stories = try SyntheticPopulation.stories(asOf: asOf, content: try syntheticContent())
        let inHospital = try stories.filter { story in
            try story.resources.contains {
                try $0.kind == .encounter && JSONDocument($0.bytes).root.text("status") == "in-progress"
            }
        }
        #expect(inHospital.map(\.id) == ["story-lamduc"])
        let died = try stories.filter { story in
            try story.resources.first.map { try JSONDocument($0.bytes).root["deceasedDateTime"] != nil } ?? false
        }
        #expect(died.map(\.id) == ["story-vandermeer"])
        #expect(died.first?.resources.contains { $0.kind == .appointment } == true)
    }

    @Test func `each story that is kept in confidence has a word of its own, and codes or labels that hide it`() throws
    {
        let content = try syntheticContent()
        let stories = try SyntheticPopulation.privateStories(asOf: asOf, content: content)
        let told = stories.map { ($0.id, $0.resources.map { String(decoding: $0.bytes, as: UTF8.self) }) }
        #expect(told.map(\.0) == ["story-kestrelmoor", "story-quillory", "story-harrowgate", "story-fennimark"])
        let others = try SyntheticPopulation.stories(asOf: asOf, content: content).flatMap(\.resources)
            .map { String(decoding: $0.bytes, as: UTF8.self) }
        for (id, word) in [
            ("story-kestrelmoor", "Tamberlyn"), ("story-quillory", "Ostervane"), ("story-harrowgate", "Marisolde"),
        ] {
            #expect(told.filter { $0.1.contains { $0.contains(word) } }.map(\.0) == [id])
            #expect(!others.contains { $0.contains(word) })
        }
        let labels = try LabelLibrary(content: Content(folder: nil))
        for (_, resources) in told {
            for text in resources {
                let root = try JSONDocument(Array(text.utf8)).root
                guard root.text("id")?.contains("-private") == true else {
                    continue
                }
                let coded = root["code"] ?? root["medicationCodeableConcept"]
                let codings = (coded?.list("coding") ?? []) + (root["meta"]?.list("security") ?? [])
                let masks = codings.map {
                    labels.mask(system: $0["system"]?.string ?? "", code: $0["code"]?.string ?? "")
                }
                #expect(masks.contains { !$0.isEmpty }, "\(text)")
            }
        }
    }

    @Test func `a table that cannot be read says where`() {
        #expect(throws: SyntheticContent.Failure.missing("synthetic/conditions.csv")) {
            try SyntheticContent { _ in nil }
        }
    }
}
