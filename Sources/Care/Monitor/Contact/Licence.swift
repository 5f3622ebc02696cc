import Access
import FHIR
package import Records

/// Whether what somebody records stands by itself or waits for somebody with a licence.
///
/// The role says whether it may; the credentials of the Practitioner, where any are on file, say whether it still holds.
package struct Licence: Sendable, Equatable {
    package enum Standing: Sendable, Equatable {
        case signs
        /// The role does not sign.
        case waits
        /// Every credential on file has ended.
        case expired
    }

    package let standing: Standing
    /// Who supervises, for example `Practitioner/kim`; nil when nobody is named.
    package let supervisor: String?

    package init(standing: Standing, supervisor: String?) {
        self.standing = standing
        self.supervisor = supervisor
    }

    /// - Parameter change: by whom it is recorded, and when.
    /// - Throws: what the database reports.
    package init(of change: Change) throws {
        let root = try change.reader.find(reference: change.caller.practitioner)?.root
        supervisor = root.flatMap { CareCode.marks($0, "supervisor").last?.text("valueReference", "reference") }
        let ends = root?.list("qualification").map { CareMoment.end(of: $0.text("period", "end")) } ?? []
        if !change.permits(.signClinical) {
            standing = .waits
        } else if !ends.isEmpty, ends.allSatisfy({ $0.map { $0 <= change.now } ?? false }) {
            standing = .expired
        } else {
            standing = .signs
        }
    }

    /// Puts what was recorded before somebody who signs; nothing to do for who signs.
    /// - Parameters:
    ///   - resource: what was recorded.
    ///   - title: what it is called: "PHQ-9".
    ///   - person: the id of the Patient.
    ///   - change: in which it was recorded.
    /// - Throws: what the database reports.
    package func askForReview(of resource: Resource, _ title: String, person: String, in change: Change) throws {
        guard standing != .signs else {
            return
        }
        let why =
            standing == .waits
            ? "\(change.caller.name) recorded this and does not sign for it."
            : "\(change.caller.name) recorded this after their licence had ended."
        try OpenTask(
            .review, person: person, title: "Review: \(title)", why: why, owner: supervisor,
            due: change.now + 2 * 86_400_000, focus: resource.reference, key: "\(person)/review/\(resource.reference)",
            labels: resource.root["meta"]?["security"]?.value
        ).perform(in: change)
    }
}
