package import Care
package import Records

/// When somebody is put on file or changed, it is looked whether they are on file twice.
package struct SeekDuplicates: Reaction {
    package let name = "seek-duplicates"
    package let when: Set<String> = ["Patient"]
    private let rules: MatchRules

    package init(rules: MatchRules) {
        self.rules = rules
    }

    package func react(to person: String, in change: Change) throws {
        try FindDuplicates(person: person, rules: rules).perform(in: change)
    }
}
