import FHIR
import Testing

struct SearchTextTests {
    @Test(arguments: [
        ("  Anna\t\n Maria ", "anna maria"), ("Zoë", "zoe"), ("Zoe\u{308}", "zoe"), ("ŁÓDŹ", "lodz"),
        ("Straße", "strasse"),
        ("Nguyễn", "nguyen"), ("Ærø", "aero"), ("Ёлка", "елка"), ("", ""), ("   ", ""), ("हिन्दी", "हिन्दी"),
        ("İstanbul", "istanbul"),
    ])
    func `case, accents and spaces do not matter`(text: String, key: String) {
        #expect(SearchText.normalized(text) == key)
    }

    @Test
    func `a long text is cut at the same place every time`() {
        #expect(SearchText.normalized(String(repeating: "A", count: 500)).utf8.count == 128)
        #expect(SearchText.normalized(String(repeating: "é", count: 500)) == String(repeating: "e", count: 128))
        #expect(SearchText.normalized(String(repeating: "日", count: 500)).utf8.count <= 128)
        let key = SearchText.normalized(String(repeating: "a", count: 127) + " b")
        #expect(key == String(repeating: "a", count: 127))
        #expect(SearchText.normalized(key) == key)
    }
}
