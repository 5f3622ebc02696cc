import Care
import FHIR
import Foundation

/// What a review is of: a list of elements, a programme, a period, how many files, and the seed by which they are drawn. It
/// stands in the address, so that the same files can be drawn again; it holds nothing about anybody.
struct ReviewAsk: Sendable {
    let rules: ReviewRules?
    let program: Program?
    let state: SampleFiles.State
    let from: CalendarDay?
    let to: CalendarDay?
    let count: Int?
    let seed: UInt64?
    /// Whether anything was asked.
    let isAsked: Bool
    private let typed: Form
    private let care: CareContent
    private let today: CalendarDay

    init(_ query: Form, _ care: CareContent, today: CalendarDay) {
        isAsked = query["programme"] != nil
        typed = query
        self.care = care
        self.today = today
        rules =
            query["list"].flatMap { id in care.reviews.first { $0.id == id } } ?? (isAsked ? nil : care.reviews.first)
        program = query["programme"].flatMap { care.programs[$0] }
        state = query["state"].flatMap(SampleFiles.State.init) ?? .any
        from = query["from"].flatMap { CalendarDay($0) }
        to = query["to"].flatMap { CalendarDay($0) }
        count = query["files"].flatMap { Int($0) }
        seed = query["seed"].flatMap { UInt64($0) }
    }

    /// What is wrong with what was typed.
    var problems: FormProblems? {
        guard isAsked else { return nil }
        var all: [FormProblems.Problem] = []
        if rules == nil { all.append(.init("list", "Choose what is looked for.")) }
        if program == nil { all.append(.init("programme", "Choose a programme.")) }
        if from == nil { all.append(.init("from", "Enter a day like 2026-01-31.")) }
        if to == nil { all.append(.init("to", "Enter a day like 2026-01-31.")) }
        if let from, let to, to < from { all.append(.init("to", "The last day is before the first.")) }
        if !(1...SampleFiles.most).contains(count ?? 0) {
            all.append(.init("files", "Enter a whole number from 1 to \(SampleFiles.most)."))
        }
        if typed["seed"] != nil, seed == nil { all.append(.init("seed", "Enter a whole number, or leave it empty.")) }
        return all.isEmpty ? nil : FormProblems(all)
    }

    /// nil while something is missing, the seed too: then one is made and put into the address.
    var sample: SampleFiles? {
        guard problems == nil, let program, let from, let to, let count, let seed else { return nil }
        return SampleFiles(
            program: program.id, state: state, from: from.text, to: to.text, count: count, seed: seed)
    }

    /// The address of this review on a page, with a seed.
    func address(_ path: String, seed: UInt64) -> String {
        var form = Form(typed.fields.filter { $0.name != "seed" && !$0.value.isEmpty })
        form.set("seed", String(seed))
        return "\(path)?\(form.encoded)"
    }

    var fields: [Field] {
        let start = CalendarDay(year: today.year, month: 1, day: 1) ?? today
        return [
            .select("list", "Looked for", care.reviews.map { ($0.id, $0.title) }, chosen: typed["list"]),
            .select(
                "programme", "Programme", care.programs.programs.map { ($0.id, $0.title) }, chosen: typed["programme"]),
            .select(
                "state", "Files", SampleFiles.State.allCases.map { ($0.rawValue, $0.words) }, chosen: state.rawValue),
            .line("from", "Open from", value: typed["from"] ?? start.text, type: "date"),
            .line("to", "To", value: typed["to"] ?? today.text, type: "date"),
            Field.line("files", "How many", value: typed["files"] ?? "8").with {
                $0.inputmode = "numeric"
                $0.short = true
            },
            Field.line("seed", "Seed", value: typed["seed"]).with {
                $0.inputmode = "numeric"
                $0.short = true
                $0.hint = "Empty: a new draw. The same seed draws the same files."
            },
        ].faulted(problems)
    }

    /// What the packet says of how it was drawn.
    func words(among: Int, drawn: Int) -> String {
        let days = [from, to].compactMap { $0.map { Words.day($0, today: nil) } }.joined(separator: " to ")
        return "\(program?.title ?? ""), \(state.words.lowercased()) files, \(days): \(drawn) of "
            + "\(Words.count(among, "file")) drawn with seed \(seed.map(String.init) ?? "")."
    }
}
