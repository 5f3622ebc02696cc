/// Two people, or one on two devices, filled in the same draft: field by field, what only one of them changed stands, and
/// where both changed the same to different answers somebody has to look.
package struct MergedAnswers: Sendable, Equatable {
    package let answers: Answers
    /// Questions to which both gave another answer; ``answers`` has mine.
    package let contested: [String]

    /// - Parameters:
    ///   - base: the draft that both began from.
    ///   - mine: what is to be kept now.
    ///   - theirs: the draft as it now stands.
    package init(base: Answers, mine: Answers, theirs: Answers) {
        var merged = mine
        var contested: [String] = []
        for key in Set(base.keys).union(mine.keys).union(theirs.keys) {
            let (was, my, their) = (base[key] ?? [], mine[key] ?? [], theirs[key] ?? [])
            if my == their || their == was { continue }
            if my == was {
                merged[key] = their.isEmpty ? nil : their
            } else {
                contested.append(key)
            }
        }
        answers = merged
        self.contested = contested.sorted()
    }
}
