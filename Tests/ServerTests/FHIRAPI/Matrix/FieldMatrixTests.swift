import Access
import FHIR
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import Server

/// Two worlds with the same records and the same versions, whose elements differ where a role leaves them out: no answer may
/// differ. A caller who sees everything is the control.
struct FieldMatrixTests {
    private static let desk = """
        - id: part
          why: Because
          verbs: [read, search]
          types: all
          except: [AuditEvent]
          whose: everyone
          labels: all
          fields:
            Patient: {without: [telecom, address, birthDate, gender, generalPractitioner]}
            Observation: {without: [value, component, effective, performer, hasMember, derivedFrom, category, encounter]}
            Encounter: {only: [subject, period]}
            Condition: {without: [onset, evidence, encounter]}
            Task: {without: [owner, focus, authoredOn]}
            List: {without: [entry]}
        - id: record
          why: Because
          verbs: [create, delete]
          types: all
          # An episode would bring its person into the panel.
          except: [AuditEvent, EpisodeOfCare]
          whose: everyone
          labels: all
        - id: correct
          why: Because
          verbs: [update]
          types: all
          except: [AuditEvent, EpisodeOfCare, Patient, Observation, Encounter, Condition, Task, List]
          whose: everyone
          labels: all
        """
    private static let ward = """
        - id: whole
          why: Because
          verbs: [read, search]
          types: all
          except: [AuditEvent]
          whose: panel
          labels: all
        """

    enum Who: String, CaseIterable, Sendable {
        case desk
        /// Sees the panel whole, and everybody else as the desk does.
        case deskAndWard

        var roles: [String] { self == .desk ? ["desk"] : ["desk", "ward"] }
    }

    private static func policy() throws -> Policy { try TestPolicy.with(["desk": desk, "ward": ward]) }

    /// The steps with the elements that are left out taken from another record of the type.
    private static func swapped(_ who: Who, _ policy: Policy) throws -> [MatrixStep] {
        let closed = try #require(policy.roles[Role(rawValue: "desk")]?.rules.first).closed
        var steps = MatrixPopulation.steps
        for (type, closed) in closed {
            let places = steps.indices.filter {
                steps[$0].type == type && steps[$0].resource != nil && (who == .desk || !steps[$0].isOfPanel)
            }
            let original = places.map { steps[$0] }
            for (number, place) in places.enumerated() {
                let step = original[number]
                // One of another record, so that two versions of one do not become the same.
                let others = original.filter { $0.id != step.id }
                guard let resource = try step.resource?.document().root, !others.isEmpty,
                    let donor = try others[number % others.count].resource?.document().root
                else {
                    continue
                }
                let kept = resource.members.filter { !closed.closes($0.0) }
                let taken = donor.members.filter { closed.closes($0.0) }
                steps[place] = MatrixStep(
                    at: step.at, type: type, id: step.id,
                    resource: .object((kept + taken).map { JSONMember(name: $0.0, value: $0.1.value) }),
                    isOfPanel: step.isOfPanel)
            }
        }
        return steps
    }

    private func compare(_ groups: [MatrixGroup], _ who: Who) async throws {
        let policy = try Self.policy()
        let swapped = try Self.swapped(who, policy)
        func world(_ steps: [MatrixStep], isControl: Bool) async throws -> MatrixWorld {
            try await MatrixWorld.open(
                steps, for: .wide, policy: policy, roles: isControl ? [] : who.roles)
        }
        try await run(
            world(MatrixPopulation.steps, isControl: false), world(swapped, isControl: false)
        ) { left, right in
            var number = 0
            for request in groups.flatMap(\.requests) {
                number += 1
                let one = try await left(request, number: number)
                let other = try await right(request, number: number)
                let isSame = one == other
                #expect(isSame, "\(request.words): \(isSame ? "" : one.difference(from: other))")
                #expect(one.status < 500, "\(request.words)")
            }
        }
        let differing = Mutex(0)
        try await run(
            world(MatrixPopulation.steps, isControl: true), world(swapped, isControl: true)
        ) { left, right in
            var number = 0
            for group in groups {
                for request in group.requests.prefix(12) {
                    number += 1
                    guard try await left(request, number: number) == right(request, number: number) else {
                        differing.withLock { $0 += 1 }
                        break
                    }
                }
            }
        }
        let told = differing.withLock { $0 }
        #expect(told * 4 > groups.count, "\(told) of \(groups.count) groups differ for who sees everything")
    }

    private func run(
        _ left: MatrixWorld, _ right: MatrixWorld,
        _ body: @escaping @Sendable (MatrixWorld.Asker, MatrixWorld.Asker) async throws -> Void
    ) async throws {
        try await left.run { one in
            try await right.run { other in try await body(one, other) }
        }
    }

    @Test(arguments: Who.allCases)
    func `searches tell nothing of what is left out`(who: Who) async throws {
        try await compare(
            MatrixSearches.byParameter + [MatrixSearches.chains, MatrixSearches.reverseChains, MatrixSearches.includes]
                + MatrixSearches.forms, who)
    }

    @Test(arguments: Who.allCases)
    func `looks tell nothing of what is left out`(who: Who) async throws {
        try await compare(MatrixLooks.ofOne + [MatrixLooks.histories], who)
    }

    @Test(arguments: Who.allCases)
    func `changes tell nothing of what is left out`(who: Who) async throws {
        try await compare(MatrixChanges.all + [MatrixLooks.afterwards], who)
    }
}
