import Access
import Care
import FHIR
import Records

/// The box that keeps what a young person tells from parents (``ConfidentialLabel``). It is shown where it means something: for
/// ages at which parents see less, and to staff who still see what they have written then.
struct ConfidentialTick: Sendable {
    static let name = "confidential"
    private let isOffered: Bool

    /// - Parameters:
    ///   - patient: the Patient.
    ///   - type: of what will be recorded.
    ///   - caller: who records it.
    ///   - services: with the ages and labels of the site.
    init(_ patient: JSONNode?, of type: String, as caller: Caller, _ services: Services) {
        let policy = services.records.policy
        guard let patient, policy.ages.minor(patient, at: services.now()) == .adolescent,
            let label = policy.labels.label(ConfidentialLabel.code)
        else {
            isOffered = false
            return
        }
        isOffered = policy.reach(of: caller, for: .read, on: type).parts
            .contains { $0.hidden.intersection(label.mask).isEmpty }
    }

    /// The box; nothing where it is not shown.
    func fields(isOn: Bool) -> [Field] {
        guard isOffered else {
            return []
        }
        return [
            Field.check(Self.name, "Keep this from parents and guardians", isOn: isOn).with {
                $0.hint = "It stays between the young person and the care team."
            }
        ]
    }
}
