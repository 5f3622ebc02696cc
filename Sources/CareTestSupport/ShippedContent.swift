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

    /// The same with a form of the site's own in a file.
    /// - Throws: what is wrong with the form.
    package static func shipped(with form: String, named name: String) throws -> CareContent {
        var care = try shipped()
        let (content, own) = (Content(folder: nil), "instruments/\(name).json")
        care.instruments = try InstrumentLibrary(
            content: { $0 == own ? Array(form.utf8) : content.file($0) },
            files: content.files(under: "instruments/") + [own])
        return care
    }
}
