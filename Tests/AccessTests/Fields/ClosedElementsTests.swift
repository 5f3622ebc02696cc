import Testing

@testable import Access

struct ClosedElementsTests {
    private let closed = ClosedElements(["telecom", "contact.name", "value[x]", "extension"])

    @Test func `a member is closed with what stands beside it`() {
        #expect(closed.closes("telecom"))
        #expect(closed.closes("_telecom"))
        #expect(!closed.closes("telecoms"))
        #expect(!closed.closes("contact"))
    }

    @Test func `a choice is closed in every type that it has`() {
        #expect(closed.closes("valueQuantity"))
        #expect(closed.closes("_valueString"))
        #expect(!closed.closes("valued"))
    }

    @Test func `a part is closed within its element alone`() {
        #expect(closed.closes("name", in: "contact"))
        #expect(!closed.closes("name"))
        #expect(closed.closesSome(in: "contact"))
        #expect(!closed.closesSome(in: "name"))
    }

    @Test func `whoever reads a part, the whole or anything at all touches it`() {
        #expect(closed.touches(["telecom", "system"]))
        #expect(closed.touches(["contact"]))
        #expect(closed.touches(["contact", "name", "family"]))
        #expect(closed.touches(["valueCodeableConcept"]))
        #expect(closed.touches([]))
        #expect(!closed.touches(["contact", "telecom"]))
        #expect(!closed.touches(["birthDate"]))
        #expect(!ClosedElements.none.touches([]))
    }

    @Test func `of two only that stays closed which both close`() {
        let other = ClosedElements(["contact", "text"])
        #expect(closed.both(other) == ClosedElements(["contact.name"]))
        #expect(closed.both(.none).isEmpty)
        #expect(ClosedElements(["contact", "contact.name"]) == ClosedElements(["contact"]))
    }
}
