import Testing

@testable import Server

struct CSVTextTests {
    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
    func `what begins a formula becomes a text`(cell: String) {
        #expect(CSVText.cell(cell).drop { $0 == "\"" }.hasPrefix("'"))
    }

    @Test func `commas, quotes and lines stay within their cell`() {
        #expect(
            CSVText.text([["a,b", "say \"no\"", "two\nlines", "plain"]])
                == "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",plain\r\n")
    }
}
