/// Credits each code with the categories that it brings, first come first served, and says why the others brought
/// nothing.
struct Credits {
    /// What a model makes of one diagnosis.
    enum Placement {
        case categories(CategorySet)
        /// Not counted, because.
        case refused(String)
    }

    static let noCategory = "no category in this model"

    var name: (Int) -> String = { _ in "" }
    var label: (Int) -> String = { _ in "" }
    var weight: (Int) -> Thousandths = { _ in .zero }
    /// Why a category that was found does not count, as the rest of "X …".
    var whyDropped: (Int) -> String? = { _ in nil }
    var notes: [String] = []

    private let counted: CategorySet
    private var credited = CategorySet()
    private var drivers: [ModelResult.Driver] = []
    private var extras: [ModelResult.Driver] = []
    private var notCounted: [ModelResult.Uncounted] = []

    init(counted: CategorySet) { self.counted = counted }

    /// Takes all codes given. The same text twice is one code; the same diagnosis in two spellings is said to be so.
    mutating func add(_ codes: [CodedDiagnosis], place: (DiagnosisCode) -> Placement) {
        var seen: Set<String> = []
        var firstSpelling: [DiagnosisCode: String] = [:]
        for code in codes where seen.insert(code.code).inserted {
            switch code.outcome {
            case .unusable(let reason):
                refuse(code, reason)
            case .found(let diagnosis, let origin):
                if let first = firstSpelling[diagnosis] {
                    refuse(code, "same diagnosis as \(first)")
                    continue
                }
                firstSpelling[diagnosis] = code.code
                switch place(diagnosis) {
                case .refused(let reason): refuse(code, reason)
                case .categories(let found): credit(code, diagnosis, origin, with: found)
                }
            }
        }
    }

    /// What counts beside codes.
    mutating func addExtra(_ category: String, _ weight: Thousandths) {
        extras.append(ModelResult.Driver(code: "", category: category, weight: weight, label: "", readAs: nil))
    }

    private mutating func credit(
        _ code: CodedDiagnosis, _ diagnosis: DiagnosisCode, _ origin: CodedDiagnosis.Origin, with found: CategorySet
    ) {
        var reasons: [String] = []
        var drives = false
        for category in found {
            if !counted.contains(category) {
                reasons.append("dropped: \(name(category)) \(whyDropped(category) ?? "does not count")")
            } else if credited.contains(category) {
                reasons.append("same category already counted: \(name(category))")
            } else {
                credited.insert(category)
                drives = true
                drivers.append(
                    ModelResult.Driver(
                        code: code.code, category: name(category), weight: weight(category), label: label(category),
                        readAs: origin == .icd10cm ? nil : diagnosis.dotted))
            }
        }
        if !drives { refuse(code, reasons.isEmpty ? Credits.noCategory : reasons.joined(separator: "; ")) }
    }

    private mutating func refuse(_ code: CodedDiagnosis, _ reason: String) {
        notCounted.append(ModelResult.Uncounted(code: code.code, reason: reason))
    }

    /// The finished result; its number is the sum of what drives it.
    func result(_ model: String, _ version: String, agePoints: Thousandths? = nil) -> ModelResult {
        let all = drivers + extras
        let sum = all.reduce(into: Thousandths.zero) { $0 += $1.weight }
        return ModelResult(
            model: model, version: version, result: sum, drivers: all, notCounted: notCounted,
            ageAdjusted: agePoints.map { sum + $0 }, notes: notes)
    }
}
