import Care
package import Records

/// When the person writes in the portal: they have answered, and are not tried on.
package struct StopSequences: Reaction {
    package let name = "stop-sequences"
    package let when: Set<String> = StopSequence.reads

    package init() {}

    package func react(to person: String, in change: Change) throws {
        try StopSequence(person: person).perform(in: change)
    }
}
