import Access
import Care
import Hummingbird
import Records

extension EngagePage {
    @Sendable func consent(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, into: "consent") { form, person, caller in
            guard let kind = form["kind"].flatMap(ConsentKind.init), ConsentKind.asked.contains(kind) else {
                throw FormProblems("kind", "Choose what the consent is for.")
            }
            let verb = GiveConsent(
                person: person, kind: kind, isRefusal: try Self.isNo(form, "answer") ?? false,
                program: kind == .program ? form["consent-program"] : nil, said: form["said"],
                language: form["language"] ?? "en", givenBy: form["given-by"],
                caregiverName: form["caregiver-name"], caregiverRelation: form["caregiver-relation"],
                caregiverPhone: form["caregiver-phone"],
                until: try FormMoment.read(form, "until", hour: 24, zone: services.zone),
                how: form["how"].flatMap(ConsentHow.init), witness: form["witness"], recorder: caller.practitioner,
                policy: services.care.consents, minors: services.care.minors)
            return {
                try verb.perform(in: $0)
                return verb.isRefusal ? "consent-no" : "consent"
            }
        }
    }

    @Sendable func channels(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, into: "channels") { form, person, caller in
            var answers: [MessagingChannel: Bool] = [:]
            for channel in MessagingChannel.allCases {
                answers[channel] = try Self.isNo(form, EngageForms.field(channel)).map { !$0 }
            }
            let verb = AnswerChannels(
                person: person, answers: answers, said: form["channels-said"],
                language: form["channels-language"] ?? "en", givenBy: form["channels-by"],
                how: form["channels-how"].flatMap(ConsentHow.init), witness: form["channels-witness"],
                recorder: caller.practitioner, policy: services.care.consents, minors: services.care.minors)
            return {
                try verb.perform(in: $0)
                return "channels"
            }
        }
    }

    @Sendable func endConsent(_ request: Request, _ context: StaffContext) async throws -> Response {
        let consent = try context.part("consent")
        return try await act(request, context, into: nil) { form, _, caller in
            let verb = RevokeConsent(
                consent: consent, version: form["version"].flatMap { Int($0) } ?? 0, recorder: caller.practitioner)
            return {
                try verb.perform(in: $0)
                return "consent-ended"
            }
        }
    }

    /// - Returns: nil when the question was left open.
    private static func isNo(_ form: Form, _ field: String) throws -> Bool? {
        switch form[field] {
        case nil: nil
        case "yes": false
        case "no": true
        default: throw FormProblems(field, "Choose yes or no.")
        }
    }
}
