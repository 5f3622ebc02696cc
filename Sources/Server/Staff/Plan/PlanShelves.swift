import Care
import Content
import Records

/// What the page offers from the library.
struct PlanLibraryShelves {
    /// Packs that nothing on record speaks for, behind one fold.
    struct Others {
        let title: String
        let open: Bool
        let packs: [PlanPack.Shelf]
    }

    let fitting: [PlanPack.Shelf]
    let others: Others?

    init(_ packs: [PlanPack.Shelf]) {
        fitting = packs.filter(\.fits)
        let rest = packs.filter { !$0.fits }
        others =
            rest.isEmpty
            ? nil
            : Others(
                title: Words.count(rest.count, fitting.isEmpty ? "pack" : "more pack"),
                open: rest.contains(where: \.open), packs: rest)
    }
}

extension PlanPack {
    /// A pack as the page offers it.
    struct Shelf {
        struct Item {
            let id: String
            let text: String
            let on: Bool
            let why: String?
        }

        let id: String
        let title: String
        let source: String
        /// Whether something on record speaks for it.
        let fits: Bool
        let open: Bool
        let items: [Item]
    }

    /// The packs for people of that age.
    static func shelves(_ packs: [PlanPack], _ record: PersonRecord, age: Int?, ticked: [String]) -> [Shelf] {
        packs.filter { $0.ages.fit(age) }.map { pack in
            let reasons = PackFit.reasons(for: pack, record)
            let goals = pack.goals.map { goal in
                let id = AddFromLibrary.item(pack, .goal, goal.id)
                return Shelf.Item(
                    id: id, text: "Goal: \(goal.title)", on: ticked.contains(id),
                    why: "“\(goal.example.en)” " + (goal.measure.note ?? ""))
            }
            let steps = pack.interventions.map { step in
                let id = AddFromLibrary.item(pack, .step, step.id)
                let every = step.everyDays.map { ", again every \(Words.count($0, "day"))" } ?? ""
                return Shelf.Item(
                    id: id, text: "Step: \(step.title)", on: ticked.contains(id),
                    why: "\(step.who.title), within \(Words.count(step.dueInDays, "day"))\(every)")
            }
            let fits = reasons.isEmpty ? "" : ", fits “\(reasons[0])”"
            return Shelf(
                id: pack.id, title: pack.title + fits, source: "\(pack.origin.source), version \(pack.origin.version)",
                fits: !reasons.isEmpty, open: (goals + steps).contains { $0.on }, items: goals + steps)
        }
    }
}

extension PlanPack.Intervention.Role {
    var title: String {
        switch self {
        case .careManager: "care manager"
        case .nurse: "nurse"
        case .pharmacist: "pharmacist"
        case .clinician: "clinician"
        case .socialWorker: "social worker"
        case .communityHealthWorker: "community health worker"
        }
    }
}
