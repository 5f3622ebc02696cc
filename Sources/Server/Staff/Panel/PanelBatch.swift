import Care
import Records

/// What is done for everyone who was ticked on the panel, in one transaction.
struct PanelBatch {
    let ids: [String]
    let what: String?
    let owner: String?

    /// What the template shows at most on one page, twice over.
    private static let most = 100

    init(_ form: Form) {
        ids = Array(Set(form.all("id").filter { !$0.isEmpty && $0.utf8.count <= 64 }).sorted().prefix(Self.most))
        what = form["what"]
        owner = form["whom"].map { "Practitioner/\($0)" }
    }

    /// - Returns: the code of the notice.
    /// - Throws: ``FormProblems`` by the fields `what` and `whom`.
    func perform(_ services: Services, _ context: StaffContext) async throws -> String {
        var problems = FormProblems([])
        if ids.isEmpty {
            problems.all.append(.init("what", "Tick at least one person."))
        }
        if what != "owner" && what != "outreach" {
            problems.all.append(.init("what", "Choose what to do."))
        }
        if what == "owner", owner == nil {
            problems.all.append(.init("whom", "Choose who is to look after them."))
        }
        try problems.check()
        let caller = try context.caller()
        do {
            try await services.records.write(as: caller, at: services.now()) { change in
                for id in ids {
                    if what == "owner", let owner {
                        try GiveOwner(person: id, owner: owner).perform(in: change)
                    } else {
                        try OpenOutreach(
                            person: id, owner: owner, sequence: services.care.outreach.sequence(for: nil)
                        ).perform(in: change)
                    }
                }
            }
        } catch let problems as FormProblems {
            throw FormProblems(problems.all.map { .init($0.field == "owner" ? "whom" : $0.field, $0.message) })
        } catch let refusal as NotNow {
            throw FormProblems("what", "Nothing was done. \(refusal.reason)")
        }
        return what == "owner" ? "given" : "outreach"
    }

    static func notice(_ code: String) -> String? {
        switch code {
        case "given": "They have a care manager now."
        case "outreach": "An outreach task is open for each of them."
        default: nil
        }
    }
}
