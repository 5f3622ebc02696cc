import Foundation
import Testing

@testable import Server

/// What the sheets and templates in Content promise to everyone: contrast, no inline code, no forged forms.
@Suite struct SheetTests {
    private static let content = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Content")

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: content.appending(path: path), encoding: .utf8)
    }

    private static func templates() throws -> [(name: String, text: String)] {
        let pages = content.appending(path: "pages")
        return try FileManager.default.subpathsOfDirectory(atPath: pages.path)
            .filter { $0.hasSuffix(".mustache") }
            .map { ($0, try text("pages/\($0)")) }
    }

    /// The colours of each scheme by name; dark ones stand on the light ones.
    private static func schemes() throws -> [[String: UInt32]] {
        let sheet = try text("design/almoner.css")
        let blocks = sheet.components(separatedBy: ":root {").dropFirst().prefix(2).map { block in
            var colours: [String: UInt32] = [:]
            for piece in (block.components(separatedBy: "}").first ?? "").components(separatedBy: ";") {
                let halves = piece.components(separatedBy: ": #").map {
                    $0.trimmingCharacters(in: .whitespacesAndNewlines)
                }
                guard halves.count == 2, let value = UInt32(halves[1], radix: 16) else { continue }
                colours[halves[0]] = value
            }
            return colours
        }
        guard let light = blocks.first, let dark = blocks.last else { return [] }
        return [light, light.merging(dark) { $1 }]
    }

    /// WCAG 2.2, "relative luminance" and "contrast ratio".
    private static func contrast(_ one: UInt32, _ other: UInt32) -> Double {
        func luminance(_ colour: UInt32) -> Double {
            let parts = [16, 8, 0].map { shift -> Double in
                let part = Double((colour >> UInt32(shift)) & 0xFF) / 255
                return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let (low, high) = (min(luminance(one), luminance(other)), max(luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)
    }

    @Test func `every text colour stands out from every ground it is used on`() throws {
        let grounds = ["paper", "surface", "sunk", "pine-soft", "now-soft", "soon-soft", "good-soft", "note-soft"]
        var pairs = ["ink", "soft", "pine", "now"].flatMap { text in grounds.map { (text, $0) } }
        pairs += ["soon", "good", "note"].flatMap { [($0, "\($0)-soft"), ($0, "surface"), ($0, "paper")] }
        pairs += [("on-pine", "pine"), ("on-pine", "pine-deep"), ("pine-deep", "pine-soft")]
        let schemes = try Self.schemes()
        #expect(schemes.count == 2)
        for colours in schemes {
            for (text, ground) in pairs {
                let ratio = Self.contrast(try #require(colours["--\(text)"]), try #require(colours["--\(ground)"]))
                #expect(ratio >= 4.5, "\(text) on \(ground): \(ratio)")
            }
            for ground in ["paper", "surface", "sunk"] {
                let ratio = Self.contrast(try #require(colours["--edge"]), try #require(colours["--\(ground)"]))
                #expect(ratio >= 3, "edge on \(ground): \(ratio)")
            }
        }
    }

    @Test(arguments: [
        ("en", "ltr"), ("es-US", "ltr"), ("vi", "ltr"), ("ar", "rtl"), ("ar-EG", "rtl"), ("fa", "rtl"), ("he", "rtl"),
        ("ur", "rtl"), ("uz-Arab", "rtl"), ("no language", "ltr"),
    ])
    func `a page is laid out in the way of its language`(language: String, way: String) {
        #expect(PageFrame.direction(of: language) == way)
    }

    @Test func `every page and every sheet of paper says its language and its way of writing`() throws {
        let whole = try Self.templates().filter { $0.text.contains("<html") }
        #expect(whole.count >= 7)
        for (name, text) in whole {
            #expect(text.contains("<html lang=\"{{page.lang}}\" dir=\"{{page.dir}}\">"), "\(name)")
        }
    }

    @Test func `styles name the start and the end, not left and right`() throws {
        let sheets = try FileManager.default.contentsOfDirectory(atPath: Self.content.appending(path: "design").path)
            .filter { $0.hasSuffix(".css") }
        #expect(sheets.contains("paper.css"))
        let sides = ["margin", "padding", "border"].flatMap { ["\($0)-left", "\($0)-right"] }
        for name in sheets {
            let text = try Self.text("design/\(name)")
            for side in sides + ["text-align: left", "text-align: right", "float: left", "float: right"] {
                #expect(!text.contains(side), "\(side) in \(name)")
            }
        }
    }

    @Test func `no template carries style or script of its own`() throws {
        for (name, text) in try Self.templates() {
            for banned in [" style=\"", "<style", " onclick=", " onsubmit=", " onload=", "javascript:", "<script>"] {
                #expect(!text.contains(banned), "\(banned) in \(name)")
            }
        }
    }

    @Test func `every form that changes something carries its token`() throws {
        for (name, text) in try Self.templates() {
            for form in text.components(separatedBy: "<form").dropFirst() where form.contains("method=\"post\"") {
                let inside = form.components(separatedBy: "</form>").first ?? ""
                // Who has no session has no token; the open form of referrals carries a stamp of its own.
                let token = name == "refer.mustache" ? "stamp\" value=\"{{stamp}}" : "csrf\" value=\"{{page.csrf}}"
                #expect(inside.contains("name=\"\(token)\""), "a form without token in \(name)")
            }
        }
    }

    @Test func `every template begins with its contract`() throws {
        let all = try Self.templates()
        #expect(all.count > 25)
        for (name, text) in all { #expect(text.hasPrefix("{{!"), "\(name)") }
    }

    @Test func `nothing is unescaped but drawings and what Narrative has made safe`() throws {
        for (name, text) in try Self.templates() {
            for raw in text.components(separatedBy: "{{{").dropFirst() {
                #expect(
                    [".svg}}}", ".}}}{{/.spark}}", "narrative}}}", ".}}}<figcaption>{{says.portal}}"].contains {
                        raw.hasPrefix($0)
                    },
                    "\(name): \(raw.prefix(20))")
            }
            #expect(!text.contains("{{&"), "\(name)")
        }
    }

    @Test func `sheets know no left and no right`() throws {
        for name in ["almoner", "parts", "forms", "portal"] {
            let sheet = try Self.text("design/\(name).css")
            for banned in [
                "margin-left", "margin-right", "padding-left", "padding-right", "text-align: left", "float: left",
                "float: right",
            ] {
                #expect(!sheet.contains(banned), "\(banned) in \(name).css")
            }
        }
    }
}
