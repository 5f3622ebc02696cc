import FHIR
import Foundation
import TestSupport
import Testing

struct JSONPatchTests {
    private func patched(_ value: String, _ patch: String) throws -> String {
        let value = try JSONDocument(text: value).root.value
        return String(decoding: try JSONPatch(JSONDocument(text: patch)).apply(to: value).serialized(), as: UTF8.self)
    }

    private func failure(_ value: String, _ patch: String) throws -> JSONPatchError? {
        let document = try JSONDocument(text: value).root.value
        let text = try JSONDocument(text: patch)
        do {
            _ = try JSONPatch(text).apply(to: document)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        // What no operation names keeps its order and digits.
        (#"{"b":1.00,"a":[1e2]}"#, #"[{"op":"add","path":"/c","value":2.50}]"#, #"{"b":1.00,"a":[1e2],"c":2.50}"#),
        (#"{"a":1,"b":2}"#, #"[{"op":"add","path":"/a","value":null}]"#, #"{"a":null,"b":2}"#),
        (#"{"a":[1,2,3]}"#, #"[{"op":"add","path":"/a/0","value":0}]"#, #"{"a":[0,1,2,3]}"#),
        (#"{"a":[1,2,3]}"#, #"[{"op":"add","path":"/a/3","value":4}]"#, #"{"a":[1,2,3,4]}"#),
        (#"{"a":[1,2,3]}"#, #"[{"op":"remove","path":"/a/1"}]"#, #"{"a":[1,3]}"#),
        (#"{"a":[{"b":1}]}"#, #"[{"op":"replace","path":"/a/0/b","value":[]}]"#, #"{"a":[{"b":[]}]}"#),
        (#"{"a":1}"#, #"[{"op":"replace","path":"","value":{"b":2}}]"#, #"{"b":2}"#),
        (#"{"a":1}"#, #"[{"op":"add","path":"","value":[7]}]"#, "[7]"),
        (#"{"":1,"~":2,"/":3}"#, #"[{"op":"remove","path":"/"},{"op":"remove","path":"/~0"}]"#, #"{"/":3}"#),
        (#"{"a/b":{"m~n":1}}"#, #"[{"op":"replace","path":"/a~1b/m~0n","value":2}]"#, #"{"a/b":{"m~n":2}}"#),
        (#"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/a/c"}]"#, #"{"a":{"b":1,"c":{"b":1}}}"#),
        (#"{"a":[1,2]}"#, #"[{"op":"move","from":"/a/0","path":"/a/-"}]"#, #"{"a":[2,1]}"#),
        (#"{"a":[1,2]}"#, #"[{"op":"move","from":"/a","path":"/a"}]"#, #"{"a":[1,2]}"#),
        (#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a/b","path":"/a"}]"#, #"{"a":1}"#),
        (#"{"\u00e9":1,"e\u0301":2}"#, #"[{"op":"remove","path":"/e\u0301"}]"#, "{\"\u{E9}\":1}"),
    ])
    func `operations change what they name`(value: String, patch: String, expected: String) throws {
        #expect(try patched(value, patch) == expected)
    }

    @Test(arguments: [
        (#"{"a":1.0}"#, "1"), (#"{"a":100}"#, "1e2"), (#"{"a":-0.0}"#, "0"), (#"{"a":1.50E+1}"#, "15"),
        (#"{"a":12345678901234567890.1}"#, "12345678901234567890.10"), (#"{"a":0.00120}"#, "12e-4"),
        (#"{"a":{"x":1,"y":[null,true]}}"#, #"{"y":[null,true],"x":1.0}"#),
    ])
    func `a test compares values, not how they are written`(value: String, wanted: String) throws {
        #expect(try failure(value, #"[{"op":"test","path":"/a","value":\#(wanted)}]"#) == nil)
    }

    @Test(arguments: [
        (#"{"a":1}"#, #""1""#), (#"{"a":1}"#, "true"), (#"{"a":0}"#, "false"), (#"{"a":null}"#, "false"),
        (#"{"a":12345678901234567890.1}"#, "12345678901234567890.2"), (#"{"a":[1,2]}"#, "[2,1]"),
        (#"{"a":[1]}"#, "[1,1]"),
        (#"{"a":{"x":1}}"#, #"{"x":1,"y":2}"#), (#"{"a":"\u00e9"}"#, #""e\u0301""#), (#"{"a":1}"#, "-1"),
        (#"{"a":1e99999999999999999999}"#, "1"),
    ])
    func `a test of another value fails`(value: String, wanted: String) throws {
        let failed = try failure(value, #"[{"op":"test","path":"/a","value":\#(wanted)}]"#)
        #expect(failed?.kind == .failedTest)
        #expect(failed?.operation == 0)
    }

    @Test(arguments: [
        #"[{"op":"remove","path":"/x"}]"#, #"[{"op":"replace","path":"/x","value":1}]"#,
        #"[{"op":"remove","path":""}]"#, #"[{"op":"remove","path":"/list/3"}]"#, #"[{"op":"remove","path":"/list/-"}]"#,
        #"[{"op":"add","path":"/list/4","value":1}]"#, #"[{"op":"add","path":"/list/01","value":1}]"#,
        #"[{"op":"add","path":"/list/-1","value":1}]"#, #"[{"op":"add","path":"/list/1e0","value":1}]"#,
        #"[{"op":"add","path":"/list/99999999999999999999","value":1}]"#, #"[{"op":"add","path":"/list/x","value":1}]"#,
        #"[{"op":"replace","path":"/list/-","value":1}]"#, #"[{"op":"test","path":"/list/3","value":1}]"#,
        #"[{"op":"add","path":"/text/x","value":1}]"#, #"[{"op":"add","path":"/list/-/x","value":1}]"#,
        #"[{"op":"move","from":"/part","path":"/part/in"}]"#, #"[{"op":"move","from":"","path":"/x"}]"#,
        #"[{"op":"move","from":"/x","path":"/y"}]"#, #"[{"op":"copy","from":"/x","path":"/y"}]"#,
    ])
    func `an operation that does not fit is refused with its position`(patch: String) throws {
        let value = #"{"list":[1,2,3],"text":"t","part":{"in":1}}"#
        let later = #"[{"op":"test","path":"/text","value":"t"},"# + patch.dropFirst()
        let failed = try failure(value, later)
        #expect(failed?.kind == .inapplicable)
        #expect(failed?.operation == 1)
        #expect(failed?.description.hasPrefix("Operation 1 of the patch: ") == true)
    }

    @Test(arguments: [
        "{}", "[1]", "[{}]", #"[{"op":"add","path":"/a"}]"#, #"[{"op":"add","value":1}]"#, #"[{"op":"remove"}]"#,
        #"[{"op":"remove","path":1}]"#, #"[{"op":"remove","path":"a"}]"#, #"[{"op":"remove","path":"/~"}]"#,
        #"[{"op":"remove","path":"/~2"}]"#, #"[{"op":"move","path":"/a"}]"#, #"[{"op":"Add","path":"/a","value":1}]"#,
        #"[{"op":1,"path":"/a","value":1}]"#, #"[{"op":"copy","from":"a","path":"/a"}]"#,
    ])
    func `what is no patch is refused`(patch: String) throws {
        #expect(try failure(#"{"a":1}"#, patch)?.kind == .malformed)
    }

    @Test func `copies that double each time are stopped`() throws {
        let double = #"{"op":"copy","from":"/a","path":"/a/-"}"#
        let deep = try failure(#"{"a":["x"]}"#, "[" + Array(repeating: double, count: 200).joined(separator: ",") + "]")
        #expect(deep?.kind == .tooCostly || deep?.kind == .inapplicable)
        let text = String(repeating: "x", count: 100_000)
        let wide = (0..<500).map { #"{"op":"copy","from":"/a","path":"/b\#($0)"}"# }.joined(separator: ",")
        #expect(try failure(#"{"a":"\#(text)"}"#, "[" + wide + "]")?.kind == .tooCostly)
    }

    @Test func `many operations on a long list are stopped`() throws {
        let list = #"{"a":["# + Array(repeating: "1", count: 100_000).joined(separator: ",") + "]}"
        let first = Array(repeating: #"{"op":"add","path":"/a/0","value":0}"#, count: 9_999).joined(separator: ",")
        #expect(try failure(list, "[" + first + "]")?.kind == .tooCostly)
        let more = Array(repeating: #"{"op":"test","path":"","value":1}"#, count: 10_001).joined(separator: ",")
        #expect(try failure("{}", "[" + more + "]")?.kind == .tooCostly)
    }

    @Test func `nothing gets deeper than a text may be`() throws {
        let inner = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let path = String(repeating: "/0", count: 59)
        let patch = #"[{"op":"add","path":"\#(path)/-","value":\#(inner)}]"#
        #expect(try failure(inner, patch)?.kind == .inapplicable)
    }

    @Test(.enabled(if: SharedData.isThere))
    func `the published cases end as they should`() throws {
        let file = try #require(SharedData.folder).appending(path: "data/json-patch-tests.json")
        let cases = try JSONDocument(Array(Data(contentsOf: file)))
        var seen = 0
        for published in cases.root.elements {
            let name = published.text("comment") ?? ""
            // A case that its authors switched off says so; none of those here is.
            if published["disabled"]?.bool == true {
                print("skipped: \(name)")
                continue
            }
            seen += 1
            let value = try #require(published["doc"]).value
            let patch = try #require(published["patch"]).value
            if let expected = published["expected"]?.value {
                let result = try JSONPatch(patch.document()).apply(to: value)
                // Members may come in another order; the patch that tests for all of it knows.
                let test: JSON = [["op": "test", "path": "", "value": expected]]
                #expect(throws: Never.self, "\(name)") { try JSONPatch(test.document()).apply(to: result) }
            } else {
                #expect(throws: JSONPatchError.self, "\(name)") { try JSONPatch(patch.document()).apply(to: value) }
            }
        }
        #expect(seen > 10)
    }
}
