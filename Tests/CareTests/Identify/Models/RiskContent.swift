import Care
import Content
import FHIR
import Foundation

/// The risk tables of this checkout and what is loaded from them, once for all tests.
enum RiskContent {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let content = Content(folder: root.appending(path: "Content"))

    static func file(_ name: String) -> [UInt8]? { content.file(name) }

    /// The shipped files with one of them replaced, or taken away.
    static func replacing(_ name: String, with text: String?) -> (String) -> [UInt8]? {
        { $0 == name ? text.map { Array($0.utf8) } : file($0) }
    }

    /// A moment in milliseconds, from text such as `2026-03-01T10:00:00Z`.
    static func moment(_ text: String) -> Int64 { FHIRDate(text)?.low ?? 0 }

    private static let loaded = Result { try RiskModels(content: file) }

    static var models: RiskModels { get throws { try loaded.get() } }
}

extension RiskModels {
    /// Explains codes written as one text, split at spaces.
    func explained(
        _ codes: String, age: Int = 75, sex: AdministrativeSex = .female, _ enrollment: String = "CNA"
    ) -> [String: ModelResult] {
        let coded = codes.split(separator: " ").map { resolver.resolve($0) }
        let enrollment = CMSEnrollment(enrollment) ?? CMSEnrollment(.communityNonDualAged)
        let results = explain(age: age, sex: sex, codes: coded, enrollment: enrollment)
        return Dictionary(results.map { ($0.model, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The fast path for the same text.
    func numbers(
        _ codes: String, age: Int = 75, sex: AdministrativeSex = .female, _ enrollment: String = "CNA"
    ) -> RiskScores {
        let ids = codes.split(separator: " ").compactMap { resolver.resolve($0).diagnosis }.map { book.id($0) }
        let enrollment = CMSEnrollment(enrollment) ?? CMSEnrollment(.communityNonDualAged)
        return scores(age: age, sex: sex, codes: ids, enrollment: enrollment)
    }
}

extension ModelResult {
    func drivers(of code: String) -> [String] { drivers.filter { $0.code == code }.map(\.category) }
    func reason(for code: String) -> String? { notCounted.first { $0.code == code }?.reason }
}
