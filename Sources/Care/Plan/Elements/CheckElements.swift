import Access
import FHIR
package import Records

/// An element of a plan as it stands: there, missing, or not needed for this person.
package struct ElementState: Sendable {
    package enum State: Sendable, Equatable {
        case present
        case missing
        case notNeeded(reason: String)
    }

    package let element: PlanElements.Element
    package let state: State
    /// What shows it, in words; nil when nothing does.
    package let shownBy: String?
}

/// Looks for each element that programmes ask of a plan.
package struct CheckElements: Sendable {
    package static let reads: Set<String> = PlanPicture.reads.union(AssessmentHistory.reads).union([
        "CareTeam", "Communication", "Consent", "Encounter", "EpisodeOfCare", "List", "Procedure", "Provenance",
        "RelatedPerson", "ServiceRequest",
    ])

    private let record: PersonRecord
    private let picture: PlanPicture
    private let history: AssessmentHistory
    private let guides: [PlanPack]
    private let now: Int64
    private static let year: Int64 = 366 * 86_400_000

    /// - Parameters:
    ///   - record: of the types of ``reads``.
    ///   - picture: its plan.
    ///   - history: its forms.
    ///   - guides: the packs on the plan.
    ///   - now: milliseconds since 1970.
    package init(
        _ record: PersonRecord, _ picture: PlanPicture, _ history: AssessmentHistory, guides: [PlanPack], now: Int64
    ) {
        self.record = record
        self.picture = picture
        self.history = history
        self.guides = guides
        self.now = now
    }

    package func states(of elements: PlanElements) -> [ElementState] {
        let notNeeded = PlanPart.notNeeded(picture.plan?.root)
        return elements.all.map { element in
            let shown = element.evidence.lazy.compactMap { self.shown($0) }.first
            let state: ElementState.State =
                shown != nil
                ? .present : notNeeded[element.id].map { .notNeeded(reason: $0) } ?? .missing
            return ElementState(element: element, state: state, shownBy: shown)
        }
    }

    private func shown(_ evidence: PlanElements.Evidence) -> String? {
        switch evidence {
        case .fact(let name): PlanElements.Evidence.Fact(rawValue: name).flatMap(shown)
        case .part(let part): picture.parts[part].map { "\(part.title): \($0.prefix(120))" }
        case .instrument(let name): answered(name, times: 1)
        case .again(let name): answered(name, times: 2)
        case .consent(let kind):
            ConsentLedger(record).holds(kind, at: now) ? "Consent on file" : nil
        }
    }

    private func answered(_ name: String, times: Int) -> String? {
        let recent = history.handedIn.filter { $0.instrument.name == name && $0.at > now - Self.year }
        guard recent.count >= times, let last = recent.first else {
            return nil
        }
        return "\(last.instrument.title), \(FHIRDate.day(last.at))" + (times > 1 ? ", \(recent.count) times" : "")
    }

    private func shown(_ fact: PlanElements.Evidence.Fact) -> String? {
        let goals = picture.openGoals
        switch fact {
        case .problems:
            let names = picture.problems.filter { $0.condition != nil }.map(\.text)
            return names.isEmpty ? nil : names.joined(separator: ", ")
        case .goals:
            let whole = goals.allSatisfy { $0.target?.due != nil }
            return goals.isEmpty || !whole ? nil : "\(goals.count) with a measure and a day"
        case .steps:
            let whole = goals.allSatisfy { $0.steps.contains { $0.isOpen } || $0.level?.isReached == true }
            let owned = picture.openSteps.allSatisfy { $0.owner != nil }
            return goals.isEmpty || !whole || !owned ? nil : "\(picture.openSteps.count) steps, each with who does it"
        case .medicines: return picture.medicines.isEmpty ? nil : "\(picture.medicines.count) on the list"
        case .reconciled:
            let review = MedicineReview.of(record, now: now)
            return review.isReconciled ? review.compared.map { "Compared \(FHIRDate.day($0))" } : nil
        case .review: return picture.review?.due.map { "Set for \(FHIRDate.day($0))" }
        case .manager:
            let active = record.all("EpisodeOfCare").contains {
                $0.root.text("status") == "active" && $0.root.text("careManager", "reference") != nil
            }
            return active ? "A care manager is named" : nil
        case .team:
            let team = TeamMember.all(in: record)
            return team.isEmpty ? nil : "\(team.count) people"
        case .agreed:
            return PlanSeal.all(record).first { $0.kind == .agreed }.map { "\($0.who), \(FHIRDate.day($0.at))" }
        case .signed:
            return PlanSeal.all(record).first { $0.kind == .signed }.map { "\($0.who), \(FHIRDate.day($0.at))" }
        case .copy: return PlanCopy.all(record).first.map { "Given \(FHIRDate.day($0.given))" }
        case .guides:
            return guides.isEmpty ? nil : "Warning signs and self-care: " + guides.map(\.title).joined(separator: ", ")
        case .orders:
            let open = record.all("ServiceRequest").filter { OrderConflicts.isOpen($0.root) }
            return open.isEmpty ? nil : "\(open.count) orders"
        }
    }
}
