import Care

/// A form one question at a time: which questions there are now, and what stands above each.
struct FormSteps {
    /// Where one is: the fields of `parts/step.mustache`.
    struct Step {
        let place: String
        /// "3 of 12"
        let progress: String
        /// Headings and lines that belong to the question.
        let lead: [String]
        let lang: String?
        let fields: [Field]
        let hasBack: Bool
        let isLast: Bool
    }

    private let all: [(item: Instrument.Item, lead: [String])]
    private let form: AssessmentForm

    init(_ form: AssessmentForm) {
        self.form = form
        let closed = Set(form.instrument.closed(form.answers))
        var found: [(Instrument.Item, [String])] = []
        var waiting: [String] = []
        func walk(_ items: [Instrument.Item], _ heading: [String]) {
            for item in items where !item.isShut && !item.look.isHidden {
                let text = item.text(in: form.language)
                switch item.kind {
                case .group: walk(item.items, item.items.contains { $0.kind == .group } ? heading : [text])
                case .display: waiting.append(text)
                default:
                    if !closed.contains(item.linkId) {
                        found.append((item, heading + waiting))
                        waiting = []
                    }
                    walk(item.items, heading)
                }
            }
        }
        walk(form.instrument.items, [])
        all = found
    }

    var isEmpty: Bool { all.isEmpty }

    /// The question at a place; the first where there is none.
    func step(at place: String?) -> Step? {
        let at = all.firstIndex { $0.item.linkId == place } ?? 0
        guard all.indices.contains(at) else {
            return nil
        }
        return Step(
            place: all[at].item.linkId, progress: "\(at + 1) / \(all.count)", lead: all[at].lead, lang: form.language,
            fields: form.alone(all[at].item), hasBack: at > 0, isLast: at == all.count - 1)
    }

    /// The place after or before another; nil at the ends.
    func place(after place: String, by count: Int) -> String? {
        guard let at = all.firstIndex(where: { $0.item.linkId == place }), all.indices.contains(at + count) else {
            return nil
        }
        return all[at + count].item.linkId
    }

    /// The first question that one of the problems is about.
    func place(of problems: [(field: String, message: String)]) -> String? {
        let wrong = Set(problems.map(\.field))
        return all.first { wrong.contains($0.item.linkId) }?.item.linkId
    }
}
