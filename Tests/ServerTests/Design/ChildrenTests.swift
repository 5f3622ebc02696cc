import Testing

@testable import Server

@Suite struct ChildrenTests {
    private static let banner = Banner(
        name: "A", href: "/", born: "b", number: "1", allergies: .notRecorded, pairs: [Banner.Pair("l", "t")],
        tags: [Tag(.now, "t")], tabs: [Banner.Tab(href: "/", label: "l", current: true)])

    /// A piece, and how templates read it.
    private struct Piece: Sendable {
        let value: any Sendable
        let child: @Sendable (String) -> Any?

        init(_ value: any Sendable, _ child: @escaping @Sendable (String) -> Any?) {
            self.value = value
            self.child = child
        }
    }

    private static func pieces() -> [Piece] {
        let page = Page(title: "t", csrf: "c")
        let place = Page.Place(href: "/", label: "l", icon: "i")
        let me = Page.Me(name: "n")
        let notice = Page.Notice(.good, "t")
        let fault = Page.Fault(field: "f", message: "m")
        let tag = Tag(.now, "t")
        let pager = Pager(shown: "s")
        let crisis = CrisisHelp(line: "l", sentence: "s", nurse: "n", emergency: "e")
        let form = Form(action: "/", submit: "s")
        let hidden = Form.Hidden("n", "v")
        let field = Field.radios("id", "l", options: [("v", "t", nil)])
        let choice = Field.Choice(id: "i", value: "v", text: "t", on: true, more: nil)
        let pair = Banner.Pair("l", "t")
        let tab = Banner.Tab(href: "/", label: "l", current: true)
        let figure = TrendChart(id: "i", title: "t", unit: "", points: []).figure()
        let line = ChartFigure.Line(cells: ["c"])
        return [
            Piece(page, page.child(named:)), Piece(place, place.child(named:)), Piece(me, me.child(named:)),
            Piece(notice, notice.child(named:)), Piece(fault, fault.child(named:)), Piece(tag, tag.child(named:)),
            Piece(pager, pager.child(named:)), Piece(crisis, crisis.child(named:)), Piece(form, form.child(named:)),
            Piece(hidden, hidden.child(named:)), Piece(field, field.child(named:)),
            Piece(choice, choice.child(named:)), Piece(banner, banner.child(named:)), Piece(pair, pair.child(named:)),
            Piece(tab, tab.child(named:)), Piece(figure, figure.child(named:)), Piece(line, line.child(named:)),
        ]
    }

    @Test func `templates read every property under its own name`() {
        for piece in Self.pieces() {
            for property in Mirror(reflecting: piece.value).children {
                guard let label = property.label else { continue }
                let expected = "\(property.value)"
                let found = piece.child(label).map { "\($0)" } ?? "nil"
                let same = [found, "Optional(\(found))", "Optional(\"\(found)\")"].contains(expected)
                #expect(same, "\(type(of: piece.value)).\(label)")
            }
            #expect(piece.child("no such thing") == nil)
        }
    }

    @Test func `a form that was not accepted keeps what was typed and says what was wrong`() {
        let form = Form(
            action: "/x",
            fields: [
                .line("weight", "Weight", type: "number"),
                .checks("helps", "Helps", options: [("a", "A", nil), ("b", "B", nil)]),
                .line("secret", "Password", type: "password"), .check("sure", "Sure"),
            ],
            submit: "Save")
        let again = form.refilled(
            with: ["weight": ["heavy"], "helps": ["b"], "secret": ["hunter2"], "sure": ["true"]],
            faults: [Page.Fault(field: "weight", message: "Weight: type a number")])
        #expect(again.fields.map(\.value) == ["heavy", "b", nil, "true"])
        #expect(again.fields.first?.error == "Weight: type a number")
        #expect(again.fields.dropFirst().first?.options.map(\.on) == [false, true])
        #expect(again.fields.last?.checked == true)
    }
}
