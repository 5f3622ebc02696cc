import Hummingbird
import NIOCore
import Testing

@testable import Server

/// Forms with files, as browsers send them and as nobody should.
struct MultipartReaderTests {
    private static let bounds = MultipartReader.Bounds(
        body: 4_000, fields: 200, mostFields: 3, file: 100, allFiles: 150, mostFiles: 3)
    private static let type = "multipart/form-data; boundary=----x"

    private static func part(_ head: String, _ body: String) -> String {
        "------x\r\nContent-Disposition: form-data; \(head)\r\n\r\n\(body)\r\n"
    }

    /// Reads it in pieces of a size.
    private static func read(
        _ text: String, pieces: Int = 7, _ bounds: MultipartReader.Bounds = bounds
    ) throws -> MultipartReader {
        var reader = try #require(MultipartReader(contentType: type, bounds: bounds))
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try reader.read(ByteBuffer(bytes: rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        try reader.finish()
        return reader
    }

    @Test(arguments: [1, 2, 7, 10_000])
    func `fields and files are read, however they are cut on their way`(pieces: Int) throws {
        let reader = try Self.read(
            Self.part("name=\"csrf\"", "abc") + Self.part("name=\"note\"", "one\r\ntwo --x\r\n------y")
                + Self.part("name=\"photo\"; filename=\"a %22b%22.png\"\r\nContent-Type: image/png", "\r\n\r\n-----x\r")
                + Self.part("name=\"none\"; filename=\"\"\r\nContent-Type: application/octet-stream", "")
                + "------x--\r\n", pieces: pieces)
        #expect(reader.fields.map(\.name) == ["csrf", "note"])
        #expect(reader.fields.map(\.value) == ["abc", "one\ntwo --x\n------y"])
        #expect(reader.files.map(\.name) == ["a \"b\".png"] && reader.files.first?.field == "photo")
        #expect(reader.files.first?.bytes == Array("\r\n\r\n-----x\r".utf8))
    }

    @Test func `of what is too large only the size is held, and the fields behind it are there`() throws {
        let reader = try Self.read(
            Self.part("name=\"a\"; filename=\"a\"", String(repeating: "a", count: 101))
                + Self.part("name=\"b\"; filename=\"b\"", String(repeating: "b", count: 100))
                + Self.part("name=\"c\"; filename=\"c\"", String(repeating: "c", count: 51))
                + Self.part("name=\"note\"", "kept") + "------x--")
        #expect(reader.files.map(\.size) == [101, 100, 51])
        #expect(reader.files.map { $0.bytes?.count } == [nil, 100, nil])
        #expect(reader.fields.first?.value == "kept")
    }

    @Test(arguments: [
        "", "------x", "------x--x", "hello\r\n------x--", "------y\r\n\r\n------x--",
        part("name=\"a\"", "b"), "------x\r\n\r\nno name\r\n------x--",
        "------x\r\nContent-Disposition: form-data\r\n\r\nb\r\n------x--",
        "------x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nb\r\n------x--",
        "------x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n------x--",
        "------x\r\nContent-Disposition: form-data; name=\"a\r\n\r\nb\r\n------x--",
        "------x\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\nb\r\n------x--",
        "------x\r\nContent-Disposition: form-data; name=\"a\" b\r\n\r\nb\r\n------x--",
        "------x\r\n" + String(repeating: "X: y\r\n", count: 2_000),
    ])
    func `what is not well formed is refused as a whole`(text: String) throws {
        var bounds = Self.bounds
        bounds.body = 100_000
        let error = #expect(throws: HTTPError.self) { try Self.read(text, pieces: 9_000, bounds) }
        #expect(error?.status == .badRequest)
    }

    @Test(arguments: [
        String(repeating: part("name=\"a\"", "b"), count: 4) + "------x--",
        String(repeating: part("name=\"a\"; filename=\"b\"", "b"), count: 4) + "------x--",
        part("name=\"a\"", String(repeating: "b", count: 201)) + "------x--",
        part("name=\"a\"; filename=\"b\"", String(repeating: "b", count: 4_000)) + "------x--",
    ])
    func `too much is refused before it is held`(text: String) throws {
        let error = #expect(throws: HTTPError.self) { try Self.read(text) }
        #expect(error?.status == .contentTooLarge)
    }

    @Test func `text that is not UTF-8 is refused`() throws {
        var reader = try #require(MultipartReader(contentType: Self.type, bounds: Self.bounds))
        let head = "------x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
        #expect(throws: HTTPError.self) {
            try reader.read(ByteBuffer(bytes: Array(head.utf8) + [0xFF, 0xFE] + Array("\r\n------x--".utf8)))
        }
    }

    @Test(arguments: [
        ("multipart/form-data", false), ("multipart/form-data; boundary=", false), ("text/plain; boundary=x", false),
        ("multipart/form-data; boundary=\"a b\"", false),
        ("multipart/form-data; boundary=\(String(repeating: "x", count: 71))", false),
        ("Multipart/Form-Data; charset=utf-8; boundary=\"x\"", true),
    ])
    func `a boundary is one that RFC 2046 allows`(type: String, isThere: Bool) {
        #expect((MultipartReader(contentType: type, bounds: Self.bounds) != nil) == isThere)
    }
}
