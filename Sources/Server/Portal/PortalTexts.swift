package import Care

/// What the portal says by itself, page by page, to be measured.
package enum PortalTexts {
    /// Every sentence of three words and more in each language; what is filled in is a short word.
    package static var all: [MeasuredText] {
        PlanLanguage.allCases.flatMap { language -> [MeasuredText] in
            let pages: [(name: String, words: Any)] = [
                ("frame", FrameWords(language)), ("home", PortalHomeFrame(language, majority: 18)),
                ("plan", PortalPlanWords(language)), ("questions", PortalFormWords(language.rawValue)),
                ("education", PortalEducationWords(language)), ("record", PortalRecordWords(language, isOwn: true)),
                ("record of a child", PortalRecordWords(language, isOwn: false)),
                ("record on paper", PortalPaperWords(language, isOwn: true)),
                ("handing over", PortalHandOverWords(language)), ("handed over", HandedWords(language)),
                ("who has looked", PortalLooksFrame(language)), ("given to others", PortalDisclosureWords(language)),
                ("corrections", PortalCorrectionsWords(language)),
                ("caregivers", PortalCaregiversWords(language, majority: 18)),
                ("invitation", InvitationWords(language)),
                ("invitation on paper", WayInWords(language, name: "Ann", until: "May 1", once: true)),
                ("plan on paper", PlanSheetWords(language)),
            ]
            return pages.map { name, words in
                MeasuredText(.portal, name, language.rawValue, sentences(of: words))
            }.filter { !$0.text.isEmpty }
        }
    }

    private static func sentences(of words: Any) -> [String] {
        Mirror(reflecting: words).children.compactMap { $0.value as? String }
            .filter { $0.split(separator: " ").count >= 3 }
    }
}
