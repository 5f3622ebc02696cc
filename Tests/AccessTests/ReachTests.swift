import Testing

@testable import Access

struct ReachTests {
    private let closed = ClosedElements(["telecom", "text"])
    private let some = LabelMask.label(1)

    @Test func `a part that opens the same and leaves nothing out stands for one that does`() {
        #expect(Reach([.init(.everyone), .init(.everyone, hidden: some, closed: closed)]) == .everyone)
        #expect(Reach([.init(.everyone), .init(.panel(of: "Practitioner/ruth"), closed: closed)]) == .everyone)
        let panel = Reach.Part(.panel(of: "Practitioner/ruth"))
        #expect(Reach([panel, .init(.panel(of: "Practitioner/ruth"), closed: closed)]) == Reach([panel]))
    }

    @Test func `parts that open differently stay apart`() {
        let panel = Reach.Part(.panel(of: "Practitioner/ruth"))
        let desk = Reach.Part(.everyone, closed: closed)
        let both = Reach([desk, panel])
        #expect(Set(both.parts) == [panel, desk])
        #expect(both.closesSome)
        let labelled = Reach([.init(.everyone, hidden: some), .init(.everyone, closed: closed)])
        #expect(labelled.parts.count == 2)
        #expect(Reach([panel]).closesSome == false)
    }
}
