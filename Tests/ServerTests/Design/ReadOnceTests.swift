import Testing

@testable import Server

@Suite struct ReadOnceTests {
    private struct Row {
        let name: String
        let tag: String?
        let main: Bool
    }

    private struct Model {
        let title: String
        let row: Row?
        let rows: [Row]
        let words: [String]
        let count: Int
        let absent: Row?
    }

    @Test func `a model is read with its lists and without what is absent`() throws {
        let model = Model(
            title: "t", row: Row(name: "a", tag: nil, main: true), rows: [Row(name: "b", tag: "x", main: false)],
            words: ["one", "two"], count: 3, absent: nil)
        let read = try #require(ReadOnce.tree(model) as? [String: Any])
        #expect(read["title"] as? String == "t")
        #expect(read["count"] as? Int == 3)
        #expect(read["words"] as? [String] == ["one", "two"])
        #expect(read["absent"] == nil)
        let row = try #require(read["row"] as? [String: Any])
        #expect(row["main"] as? Bool == true)
        #expect(row["tag"] == nil)
        let rows = try #require(read["rows"] as? [Any])
        #expect((rows.first as? [String: Any])?["tag"] as? String == "x")
    }

    @Test func `an empty list stays a list`() throws {
        let model = Model(title: "t", row: nil, rows: [], words: [], count: 0, absent: nil)
        let read = try #require(ReadOnce.tree(model) as? [String: Any])
        #expect((read["rows"] as? [Any])?.isEmpty == true)
    }
}
