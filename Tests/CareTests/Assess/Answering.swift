import Access
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// Answers of one person, handed in and decided on, for tests of what follows from them.
extension CareDesk {
    /// Hands in a form with answers that come to a total, at a moment.
    @discardableResult
    func handIn(
        _ name: String, total: Int, id: String, at now: Int64 = CareDesk.now, isConfidential: Bool = false
    ) async throws -> Resource {
        let form = try #require(care.instruments[name])
        return try await handIn(
            name, try EveryInstrumentTests.answers(form, total: total), id: id, at: now, isConfidential: isConfidential)
    }

    @discardableResult
    func handIn(
        _ name: String, _ answers: Answers, id: String, at now: Int64 = CareDesk.now, isConfidential: Bool = false
    ) async throws -> Resource {
        let form = try #require(care.instruments[name])
        let verb = SubmitAssessment(
            person: "dee", instrument: form, answers: answers, id: id, version: nil, closing: true,
            isConfidential: isConfidential, library: care.instruments)
        return try await act(at: now) { try verb.perform(in: $0).response }
    }

    /// What a result asks for.
    func offers(_ response: String) async throws -> [OpenOffer] {
        let care = care
        return try await look { reader in
            let record = try reader.person("dee", AssessmentHistory.reads.union(OpenOffer.reads))
            let history = AssessmentHistory.of(record, library: care.instruments, now: Self.now)
            let entry = try #require(history.handedIn.first { $0.response.id == response })
            return OpenOffer.all(for: entry, record: record, care: care, today: Self.days.today)
        }
    }

    @discardableResult
    func accept(
        _ offer: String, of response: String, title: String? = nil, due: String? = nil
    ) async throws -> String? {
        let verb = AcceptOffer(
            person: "dee", response: response, offer: offer, title: title, due: due, care: care, days: Self.days)
        return try await act { try verb.perform(in: $0) }
    }

    func decline(_ offer: String, of response: String, reason: String?, note: String? = nil) async throws {
        let verb = DeclineOffer(
            person: "dee", response: response, offer: offer, reason: reason, note: note, care: care,
            today: Self.days.today)
        try await act { try verb.perform(in: $0) }
    }
}
