import FHIR
import Testing

struct KeptFormTests {
    private func kept(_ text: String, id: String = "7") throws -> String {
        String(decoding: try KeptForm.document(of: JSONDocument(text: text).root, id: id).bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"resourceType":"Patient","id":"7","active":true}"#, #"{"resourceType":"Patient","id":"7","active":true}"#),
        (
            #"{ "active" : true , "id":"x", "resourceType":"Patient"}"#,
            #"{"resourceType":"Patient","id":"7","active":true}"#
        ),
        (
            #"{"resourceType":"Patient","meta":{"versionId":"9","tag":[{"code":"a"}],"lastUpdated":"2020-01-01T00:00:00Z"}}"#,
            #"{"resourceType":"Patient","id":"7","meta":{"tag":[{"code":"a"}]}}"#
        ),
        (#"{"resourceType":"Patient","id":"7","meta":{"versionId":"9"}}"#, #"{"resourceType":"Patient","id":"7"}"#),
        (
            #"{"resourceType":"Observation","valueDecimal":1.00,"x":"\u00e9\n"}"#,
            #"{"resourceType":"Observation","id":"7","valueDecimal":1.00,"x":"\u00e9\n"}"#
        ),
    ])
    func `type, id and meta come first, the server's part of meta goes, the rest stays`(
        text: String, expected: String
    ) throws {
        #expect(try kept(text) == expected)
        // What is in the form already stays as it is.
        #expect(try kept(expected) == expected)
    }

    @Test(arguments: [
        (
            #"{"resourceType":"Patient","id":"7","active":true}"#,
            #""id":"7","meta":{"versionId":"3","lastUpdated":"1970-01-01T00:00:00.005Z"},"active":true}"#
        ),
        (
            #"{"resourceType":"Patient","id":"7"}"#,
            #""id":"7","meta":{"versionId":"3","lastUpdated":"1970-01-01T00:00:00.005Z"}}"#
        ),
        (
            #"{"resourceType":"Patient","id":"7","meta":{"tag":[{"code":"a"}]},"active":true}"#,
            #""id":"7","meta":{"versionId":"3","lastUpdated":"1970-01-01T00:00:00.005Z","tag":[{"code":"a"}]},"active":true}"#
        ),
    ])
    func `an answer is the kept text with version and time put in`(text: String, expected: String) throws {
        var writer = JSONWriter()
        writer.write(kept: Array(text.utf8), type: "Patient", id: "7", version: 3, updated: 5)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"resourceType":"Patient","# + expected)
    }
}
