import Access
import Content
import FHIR
import Foundation
import Records

/// Records with the definitions that ship, as the measures open them.
enum BenchRecords {
    static func open(_ place: Records.Place, beside folder: URL, policy: Policy) async throws -> Records {
        let content = Content()
        func table(_ name: String) -> [UInt8] { content.file("fhir/\(name).tsv") ?? [] }
        let definitions = try Definitions(
            elements: table("elements"), codes: table("codes"), searchParameters: table("searchparameters"),
            compartment: table("compartment"), invariants: table("invariants"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try await Records(
            database: place, audit: .beside(folder), definitions: definitions, policy: policy)
    }

    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}

extension Duration {
    var microseconds: Double { self / .microseconds(1) }
}

/// The middle of some values.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}
