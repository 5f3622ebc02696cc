import Care
import Testing

@testable import Server

struct PortalTextsTests {
    /// Below so many words a level says little.
    private static let fewest = 30

    @Test func `what the portal says reads at sixth grade or easier, in each language`() {
        let texts = PortalTexts.all
        for language in ["en", "es"] {
            let measured = texts.filter { $0.language == language && $0.words >= Self.fewest }
            #expect(measured.count >= 8, "\(language)")
            for text in measured {
                #expect(!text.isTooHard, "\(text.name), \(language): \(text.grade ?? text.spanish ?? 0)")
            }
        }
    }

    @Test func `each page that is measured is there in both languages, of about the same length`() {
        let words = Dictionary(grouping: PortalTexts.all, by: \.name).mapValues { texts in
            Dictionary(texts.map { ($0.language, $0.words) }) { $1 }
        }
        for (name, count) in words {
            guard let english = count["en"], let spanish = count["es"] else {
                Issue.record("\(name) is missing in a language")
                continue
            }
            #expect(Double(spanish) > 0.6 * Double(english) && Double(spanish) < 1.8 * Double(english) + 10, "\(name)")
        }
    }
}
