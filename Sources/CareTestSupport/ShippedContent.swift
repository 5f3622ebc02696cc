import Content
import TestSupport

@testable package import Care

/// The content that comes with the program, read once for all tests: reading it takes longer than most of them.
extension CareContent {
    private static let once = Result {
        try CareContent(content: Content(folder: nil), definitions: ScratchRecords.definitions())
    }

    /// - Returns: all of it, with forms of a site's own that no other test sees.
    /// - Throws: which file is wrong.
    package static func shipped() throws -> CareContent {
        var care = try once.get()
        care.instruments.site = SiteForms(care.instruments.safety)
        return care
    }
}
