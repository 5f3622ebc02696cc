import FHIR
import Testing

struct SearchParserTests {
    private func parse(_ text: String, lenient: Bool = false) throws -> SearchQuery {
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return try SearchParser(definitions: R4.definitions()).parse(
            SearchPairs.read(Array(halves[1].utf8)), in: halves[0].isEmpty ? .system : .type(halves[0]),
            base: "https://here.example/fhir", now: 0, lenient: lenient)
    }

    private func refusal(_ text: String) -> String {
        do {
            _ = try parse(text)
            return ""
        } catch let refusal as SearchRefusal {
            return refusal.issues.map(\.diagnostics).joined(separator: " ")
        } catch { return "\(error)" }
    }

    @Test
    func `an unknown parameter is refused with near spellings, or passed over and told`() throws {
        #expect(refusal("Patient?famly=x").contains("family"))
        #expect(refusal("Patient?birthDate=2000").contains("birthdate"))
        #expect(refusal("Patient?_cuont=1").contains("_count"))
        let query = try parse("Patient?famly=x&gender=male", lenient: true)
        #expect(query.branches[0].terms.count == 1 && query.ignored.count == 1)
        #expect(query.selfLink == "gender=male")
    }

    @Test
    func `what cannot be done is refused with its reason`() {
        for search in [
            "Patient?_text=x", "Patient?_filter=x", "Patient?_list=1", "Patient?gender:in=http://v",
            "Condition?code:below=x", "Patient?name:not=x", "Patient?birthdate=soon", "Patient?birthdate=2000-13",
            "Patient?gender:missing=perhaps", "Observation?value-quantity=ten", "Observation?code-value-quantity=a",
            "Observation?code-value-quantity=a$b$c", "Patient?_sort=nothing", "Patient?_count=-1", "Patient?_count=1e9",
            "Patient?_total=some", "Patient?_summary=little", "Patient?_include=Patient", "Patient?_include=Patient:x",
            "Patient?gender.name=x", "Patient?organization:Device.name=x", "Patient?_has:Observation=x",
            "Patient?_has:Observation:encounter:code=x", "Patient?gender=", "Patient?gender=male,,female",
            "Patient?identifier:of-type=a", "Location?near=here", "Nothing?x=1", "Patient?_type=Patient",
            "?_type=Patient,Nothing", "?family=x", "Patient?general-practitioner=a%20b", "Patient?name:exact:exact=x",
            "Patient?_sort=organization", "Patient?gender:of-type=a|b|c",
        ] {
            #expect(!refusal(search).isEmpty, "\(search)")
        }
    }

    @Test
    func `too much is refused`() throws {
        let values = (0..<10_000).map(String.init).joined(separator: ",")
        #expect(!refusal("Patient?identifier=" + values).isEmpty)
        #expect(!refusal("Patient?" + (0..<10_000).map { "identifier=\($0)" }.joined(separator: "&")).isEmpty)
        #expect(!refusal("Patient?" + (0..<200).map { "identifier=\($0)" }.joined(separator: "&")).isEmpty)
        #expect(!refusal("Organization?" + String(repeating: "partof.", count: 200) + "name=x").isEmpty)
        #expect(!refusal("Patient?" + String(repeating: "link:Patient.", count: 2_000) + "name=x").isEmpty)
        #expect(!refusal("Patient?" + String(repeating: "_has:Patient:link:", count: 500) + "name=x").isEmpty)
        #expect(try parse("Organization?partof.partof.partof.name=x").branches[0].terms.count == 1)
    }

    @Test
    func `a query string is decoded once and never trusted`() throws {
        #expect(
            try SearchPairs.read(Array("a=b+c%2C&&d&e==f".utf8)) == [
                .init("a", "b c,"), .init("d", ""), .init("e", "=f"),
            ])
        for text in ["a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "%00=a"] {
            #expect(throws: SearchRefusal.self) { try SearchPairs.read(Array(text.utf8)) }
        }
        #expect(throws: SearchRefusal.self) {
            try SearchPairs.read(Array(String(repeating: "a&", count: 10_000).utf8))
        }
        let pairs = [SearchPair("name:exact", "a&b=c%|$\\ é")]
        #expect(try SearchPairs.read(Array(SearchPairs.written(pairs).utf8)) == pairs)
    }

    @Test
    func `escaped separators are part of the value`() throws {
        let query = try parse("Patient?identifier=a%5C,b%5C%7Cc%7Cd%5C%5C,e")
        guard case .token(_, let tests, negated: false)? = query.branches[0].terms.first else {
            Testing.Issue.record("This is no search by tokens.")
            return
        }
        #expect(tests.map(\.code) == ["d\\", "e"])
        #expect(tests.map(\.system) == [.named("a,b|c", orNone: false), .any])
    }

    @Test
    func `a reference to this server is the same absolute and relative`() throws {
        let relative = try parse("Observation?subject=Patient/1").branches[0].terms
        #expect(try parse("Observation?subject=https://here.example/fhir/Patient/1").branches[0].terms == relative)
        #expect(try parse("Observation?subject:Patient=1").branches[0].terms == relative)
        #expect(try parse("Observation?subject=https://there.example/fhir/Patient/1").branches[0].terms != relative)
    }

    @Test
    func `how to answer is read, and kept within bounds`() throws {
        let query = try parse(
            "Patient?_count=1000000&_summary=text&_elements=name,gender&_sort=-birthdate,_id&_total=accurate")
        #expect(query.count == 1_000 && query.summary == .text && query.elements == ["name", "gender"])
        #expect(query.branches[0].sort.map(\.isDescending) == [true, false] && query.total == .accurate)
        #expect(try parse("Patient?_count=0").isCountOnly)
        #expect(try parse("?_type=Patient,Observation").branches.count == 2)
        #expect(try parse("Patient?_format=json&_pretty=true").selfParameters.isEmpty)
    }
}
