import Testing

@testable import Care

/// How hard words are that the team writes for one person.
struct WrittenLevelTests {
    @Test func `easy words are told with their grade and nothing to do`() throws {
        let level = try #require(WrittenLevel("I want to walk to church with Anna.", for: .en))
        #expect(!level.isTooHard && level.hardest == nil)
        #expect(level.told.hasPrefix("Reads at grade ") && !level.told.contains("above"))
    }

    @Test func `of hard words the hardest sentence is named`() throws {
        let level = try #require(
            WrittenLevel(
                "Eat well. Sodium consumption necessitates considerable limitation in your situation.", for: .en))
        #expect(level.isTooHard)
        #expect(level.hardest == "Sodium consumption necessitates considerable limitation in your situation")
        #expect(level.told.contains("above sixth grade: the hardest sentence is “Sodium consumption"))
    }

    @Test func `Spanish words are measured as Spanish, whatever the person speaks`() throws {
        let level = try #require(WrittenLevel("Quiero caminar a la iglesia con mi hija.", for: .en))
        #expect(level.language == .es && level.grade == nil && !level.isTooHard)
        let english = try #require(WrittenLevel("I want to sleep through the night.", for: .es))
        #expect(english.language == .en && english.spanish == nil)
    }

    @Test func `too few words, and none, are not measured`() {
        #expect(WrittenLevel("Less anxiety medication", for: .en) == nil)
        #expect(WrittenLevel(nil, for: .en) == nil && WrittenLevel("  \n. . ! ?", for: .es) == nil)
    }
}
