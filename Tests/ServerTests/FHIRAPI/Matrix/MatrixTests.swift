import HTTPTypes
import Synchronization
import Testing

@testable import Server

/// Two worlds, one request, one answer: what is hidden from a caller changes no byte of what the caller gets.
///
/// World A holds what the caller sees. World B holds the same and what is hidden, in the order of arrival of the whole. The
/// same request is sent to both. A caller who sees everything is the control: for him the two differ.
struct MatrixTests {
    private static let searches =
        MatrixSearches.byParameter + [MatrixSearches.chains, MatrixSearches.reverseChains, MatrixSearches.includes]
        + MatrixSearches.forms
    private static let looks = MatrixLooks.ofOne + [MatrixLooks.histories]
    private static let changes = MatrixChanges.all + [MatrixLooks.afterwards]

    @Test(arguments: MatrixCaller.all)
    func `searches answer the same with and without what is hidden`(caller: MatrixCaller) async throws {
        try await compare(Self.searches, caller)
    }

    @Test(arguments: MatrixCaller.all)
    func `looks answer the same with and without what is hidden`(caller: MatrixCaller) async throws {
        try await compare(Self.looks, caller)
    }

    @Test(arguments: MatrixCaller.all, [Judgement.warn, .refuse])
    func `changes answer the same with and without what is hidden, and leave the same behind`(
        caller: MatrixCaller, references: Judgement
    ) async throws {
        try await compare(Self.changes, caller, references: references, changes: true)
    }

    @Test func `the matrix has requests of every kind`() {
        let all = (Self.searches + Self.looks + Self.changes).map(\.requests.count).reduce(0, +)
        print("The matrix has \(all) requests, for each of \(MatrixCaller.all.count) callers.")
        #expect(all * MatrixCaller.all.count > 5_000)
    }

    // MARK: How it is compared

    /// Sends every request to both worlds, and follows its pages.
    private func compare(
        _ groups: [MatrixGroup], _ caller: MatrixCaller, references: Judgement = .warn, changes: Bool = false
    ) async throws {
        let steps = caller.labelled(MatrixPopulation.steps)
        let less = steps.filter(caller.sees)
        #expect(less.count < steps.count)
        try await pair(less, steps, caller, references) { left, right in
            var number = 0
            for group in groups {
                for request in group.requests {
                    try await same(request, left, right, &number)
                }
            }
        }
        // Changes of the control must not be in the way: it gets worlds of its own.
        let told = Mutex<[String: Int]>([:])
        try await pair(less, steps, .wide, references) { left, right in
            var number = 0
            for group in groups {
                var differing = 0
                // Two are enough to know that the worlds differ in what the group asks for.
                for request in group.requests where differing < 2 {
                    number += 1
                    let one = try await left(request, number: number)
                    differing += one == (try await right(request, number: number)) ? 0 : 1
                }
                told.withLock { [differing] in $0[group.name] = differing }
            }
        }
        check(told.withLock { $0 }, groups, caller)
    }

    private func same(
        _ request: MatrixRequest, _ left: MatrixWorld.Asker, _ right: MatrixWorld.Asker, _ number: inout Int
    ) async throws {
        var request = request
        for _ in 0..<8 {
            number += 1
            let without = try await left(request, number: number)
            let with = try await right(request, number: number)
            #expect(
                without == with, "\(request.words): \(without == with ? "" : without.difference(from: with))")
            #expect(without.status < 500)
            guard without == with, request.method == .get, let next = without.next else {
                return
            }
            request = MatrixRequest(.get, String(next.dropFirst("/fhir".count)))
        }
    }

    /// That the control saw a difference: for the narrow in every group that speaks of anybody, for the others in many.
    private func check(_ differing: [String: Int], _ groups: [MatrixGroup], _ caller: MatrixCaller) {
        let silent = groups.map(\.name).filter { differing[$0] ?? 0 == 0 }
        if caller.panel != nil, caller.types == nil {
            #expect(Set(silent).subtracting(Self.ofNobody).isEmpty)
        } else {
            #expect(silent.count * 3 < groups.count * 2, "\(caller.name): \(silent)")
        }
    }

    /// What is the same for everyone: the directory, what is nowhere, and the panel's own records where nothing hidden touches
    /// them.
    private static let ofNobody: Set<String> = [
        "Patient/px", "Patient/p2", "Observation/o-p2-bp", "Observation/o-p2-gone", "Observation/o-nowhere",
        "Condition/c-p2",
        "Condition/nowhere", "Encounter/n-p5", "EpisodeOfCare/e-p2", "Device/d2", "List/li-p2", "Practitioner/ruth",
        "Practitioner/nobody", "Questionnaire/q1", "Nonsense/1", "Location.near", "Questionnaire.url",
    ]

    /// Two worlds with a server each.
    private func pair(
        _ less: [MatrixStep], _ more: [MatrixStep], _ caller: MatrixCaller, _ references: Judgement,
        _ body: @escaping @Sendable (MatrixWorld.Asker, MatrixWorld.Asker) async throws -> Void
    ) async throws {
        let without = try await MatrixWorld.open(less, for: caller, references: references)
        let with = try await MatrixWorld.open(more, for: caller, references: references)
        try await without.run { left in
            try await with.run { right in try await body(left, right) }
        }
    }
}
