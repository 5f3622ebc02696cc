import FHIR
import Foundation

/// The definitions as the repository ships them, read once for all tests.
enum R4 {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let tables = root.appending(path: "Content/fhir")

    static func definitions() throws -> Definitions { try loaded.get() }

    static func indexer() throws -> Indexer { try built.get() }

    static func bytes(_ name: String, in folder: URL = tables) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    private static let loaded = Result {
        try Definitions(
            elements: bytes("elements.tsv"), codes: bytes("codes.tsv"),
            searchParameters: bytes("searchparameters.tsv"), compartment: bytes("compartment.tsv"),
            invariants: bytes("invariants.tsv"))
    }

    private static let built = Result { Indexer(definitions: try definitions()) }
}
