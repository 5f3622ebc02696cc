import Care
package import Records

/// When a death is recorded of a person, all that is scheduled for them stops.
package struct StopOnDeath: Reaction {
    package let name = "stop-on-death"
    package let when: Set<String> = ["Patient"]

    package init() {}

    package func react(to person: String, in change: Change) throws {
        try StopForDeath(person: person).perform(in: change)
    }
}
