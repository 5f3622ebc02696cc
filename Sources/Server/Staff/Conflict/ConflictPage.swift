import Access
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Someone saved in between: both versions side by side, and what was typed kept in a form over the version that now
/// stands.
enum ConflictPage {
    struct Model {
        struct Line {
            let label: String
            let theirs: String
            let mine: String
            let differs: Bool
        }

        let page: PageFrame
        let who: String
        let when: String
        let what: String
        let lines: [Line]
        let form: FormModel
        let theirsHref: String
    }

    /// The page for a change that someone else overtook: both texts side by side, the typed one still editable.
    /// - Parameters:
    ///   - services: the records, the pages and the clock.
    ///   - context: who looks.
    ///   - what: names the thing: "Goal: weigh myself every morning".
    ///   - current: what now stands, from ``RecordsFailure/stale(current:)``.
    ///   - lines: each field, as it now stands and as it was typed.
    ///   - form: what was typed, editable; its version becomes that of `current`.
    ///   - theirsHref: leaves things as they stand.
    /// - Returns: the page, with status 409.
    /// - Throws: what a request without a session gets, and what reading the author and filling the template throw.
    static func response(
        _ services: Services, _ context: StaffContext, what: String, current: Resource,
        lines: [(label: String, theirs: String, mine: String)], form: FormModel, theirsHref: String
    ) async throws -> Response {
        let now = services.now()
        let author = try await services.records.author(of: current)
        let mine = try context.caller().account
        var form = form
        form.version = String(current.version)
        return try services.pages.response(
            Model(
                page: PageFrame("Someone saved this before you", context),
                who: author?.account == mine ? "You, elsewhere" : author?.name ?? "Someone else",
                when: Words.ago(current.updated, now: now, zone: services.zone), what: what,
                lines: lines.map { line in
                    Model.Line(
                        label: line.label, theirs: line.theirs, mine: line.mine,
                        differs: line.theirs.trimmed != line.mine.trimmed)
                },
                form: form, theirsHref: theirsHref),
            "conflict", status: .conflict)
    }
}
