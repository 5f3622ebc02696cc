import FHIR
import Foundation
import TestSupport
import Testing

struct JSONDocumentTests {
    @Test func `digits, order and unknown members survive a round trip`() throws {
        let text = #"{"z":1.0,"a":{"n":-0.00e+10,"s":"\u00e9\n\"","list":[1,2.50,null,true,"x"]},"":"","é":[]}"#
        let document = try JSONDocument(text: text)
        var writer = JSONWriter()
        writer.copy(document.root)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
        #expect(document.root["z"]?.digits == "1.0")
        #expect(document.root["a"]?["s"]?.string == "é\n\"")
        #expect(document.root["a"]?.list("list").count == 5)
        #expect(document.root["é"]?.kind == .array)
        #expect(try document.root.value.document().root.value == document.root.value)
    }

    @Test func `surrogate pairs are joined`() throws {
        #expect(try JSONDocument(text: #"{"a":"\ud83d\ude00"}"#).root.text("a") == "😀")
    }

    @Test(arguments: [
        "", "   ", "{", "[1,2", #"{"a":1"#, #"{"a":tru}"#, #"{"a":01}"#, #"{"a":1.}"#, #"{"a":"\x"}"#, #"{"a":"b}"#,
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"a":1} {"#, #"{"a":1}]"#, #"{"a":"\ud800"}"#, "1", #""text""#,
        #"{"a":}"#, #"{"a" 1}"#, "[1 2]", "{\"a\":\"\u{01}\"}", #"{a:1}"#, "nul", "[nul]", "[+1]", "[1,]", #"{"a":1,}"#,
    ])
    func `a broken text is refused with a reason`(text: String) {
        #expect(throws: JSONError.self) { try JSONDocument(text: text) }
    }

    @Test func `invalid UTF-8 is refused`() {
        #expect(throws: JSONError(reason: "the text is not valid UTF-8")) {
            try JSONDocument(Array(#"{"a":""#.utf8) + [0xFF, 0xC0] + Array(#""}"#.utf8))
        }
    }

    @Test func `nesting a hundred thousand deep is refused`() {
        #expect(throws: JSONError.self) {
            try JSONDocument(Array(repeating: UInt8(ascii: "["), count: 100_000))
        }
        let balanced = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(throws: JSONError.self) { try JSONDocument(text: balanced) }
    }

    @Test func `the extent of every value is its own text`() throws {
        let document = try JSONDocument(text: #" { "a" : [ { } , [ ] , { "b" : [ 1 ] } ] , "c" : { "d" : "e" } } "#)
        let inner = document.root["a"].map { Array($0.elements) } ?? []
        #expect(inner.map { String(decoding: $0.raw, as: UTF8.self) } == ["{ }", "[ ]", #"{ "b" : [ 1 ] }"#])
        #expect(document.root["c"].map { String(decoding: $0.raw, as: UTF8.self) } == #"{ "d" : "e" }"#)
    }

    @Test(.enabled(if: SharedData.isThere))
    func `real bundles keep every element and digit`() throws {
        for file in SharedData.files(in: "data/synthea", ending: ".json").prefix(3) {
            let document = try JSONDocument(Array(Data(contentsOf: file)))
            var writer = JSONWriter()
            writer.copy(document.root)
            #expect(try JSONDocument(writer.bytes).root.value == document.root.value)
            #expect(document.root.value.serialized() == writer.bytes)
        }
    }
}
