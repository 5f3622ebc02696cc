import FHIR
import Records

/// The one condition that a line of a list names, so that one knows who it is about. A matter of reading, not of
/// medicine: the score of risk and the page of the person tell the rest.
enum MainCondition {
    /// What care managers ask for first, by words of its name; the earlier one is named.
    private static let order: [(words: [String], name: String)] = [
        (["heart failure"], "heart failure"),
        (["chronic obstructive", "copd", "emphysema", "chronic bronchitis"], "COPD"),
        (["dialysis", "end-stage renal", "end stage renal"], "kidney failure"),
        (["malignant", "carcinoma", "cancer", "leukemia", "lymphoma"], "cancer"),
        (["dementia", "alzheimer"], "dementia"),
        (["bipolar", "schizo"], "serious mental illness"),
        (["depressi"], "depression"),
        (["diabetes"], "diabetes"),
        (["chronic kidney"], "kidney disease"),
        (["coronary", "ischemic heart", "myocardial infarction"], "coronary disease"),
        (["stroke", "cerebrovascular"], "stroke"),
        (["atrial fibrillation"], "atrial fibrillation"),
        (["asthma"], "asthma"),
        (["pregnan"], "pregnancy"),
        (["hypertens"], "hypertension"),
    ]

    /// - Returns: nil when none of the active conditions is one of those.
    static func words(of record: PersonRecord) -> String? {
        var best = order.count
        for condition in record.all("Condition") {
            let root = condition.root
            guard isActive(root), let name = name(root)?.lowercased() else {
                continue
            }
            // A gestational or "pre" state is not the illness itself.
            guard !name.hasPrefix("pre"), !name.contains("gestational"), !name.hasPrefix("history") else {
                continue
            }
            if let place = order.prefix(best).firstIndex(where: { $0.words.contains { name.contains($0) } }) {
                best = place
            }
        }
        return order.indices.contains(best) ? order[best].name : nil
    }

    private static func isActive(_ condition: JSONNode) -> Bool {
        let status = condition.text("clinicalStatus", "coding", "code") ?? "active"
        let verified = condition.text("verificationStatus", "coding", "code") ?? "confirmed"
        return ["active", "recurrence", "relapse"].contains(status)
            && !["refuted", "entered-in-error"].contains(verified)
    }

    private static func name(_ condition: JSONNode) -> String? {
        condition.text("code", "text") ?? condition.text("code", "coding", "display")
    }
}
