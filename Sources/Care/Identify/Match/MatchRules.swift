package import Content
import FHIR
import Foundation

/// How alike two entries must be to be taken for one person, from Content/matching.
package struct MatchRules: Sendable {
    package static let file = "matching/weights.yaml"
    package static let nicknamesFile = "matching/nicknames.csv"

    /// What a field says when it agrees and when it differs, as natural logarithms of a ratio of chances.
    package struct Weight: Sendable, Equatable {
        package let same: Double
        package let different: Double
    }

    package let origin: ContentOrigin
    let weights: [MatchField: Weight]
    let likeness: Double
    let nicknameShare: Double
    let swappedShare: Double
    let initialShare: Double
    let birthShare: Double
    /// From here on two entries are one person, if names and birth date agree.
    package let sure: Double
    /// From here on somebody has to look.
    package let review: Double
    /// By each given name, the names that it is used for and that are used for it.
    private let kin: [String: Set<String>]

    package init(content: Content) throws {
        guard let bytes = content.file(Self.file), let names = content.file(Self.nicknamesFile) else {
            throw ContentProblem(place: Self.file, problem: "it is not there, or the nicknames are not")
        }
        try self.init(ContentField(root: try YAML.parse(bytes)), nicknames: names)
    }

    private init(_ root: ContentField, nicknames: [UInt8]) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "fields", "near", "sure", "review",
        ])
        guard try root["kind"].text() == "matching" else { throw root["kind"].problem("it is not matching") }
        origin = try ContentOrigin(root)
        var weights: [MatchField: Weight] = [:]
        for field in MatchField.allCases where field != .identifier {
            let entry = root["fields"][field.rawValue]
            try entry.allow(["weight", "same"])
            let weight = try entry["weight"].number()
            let same = try Self.share(entry["same"])
            guard weight > 0, weight < 50 else { throw entry["weight"].problem("it is not between 0 and 50") }
            // ln((1 - m) / (1 - u)) with u from the weight: u = m / e^weight.
            weights[field] = Weight(same: weight, different: log((1 - same) / (1 - same / exp(weight))))
        }
        self.weights = weights
        let near = root["near"]
        try near.allow(["likeness", "nickname", "swapped", "initial", "birth"])
        likeness = try Self.share(near["likeness"])
        nicknameShare = try Self.share(near["nickname"])
        swappedShare = try Self.share(near["swapped"])
        initialShare = try Self.share(near["initial"])
        birthShare = try Self.share(near["birth"])
        sure = try root["sure"].number()
        review = try root["review"].number()
        guard review < sure else { throw root["review"].problem("it is not below sure") }
        kin = Self.kin(nicknames)
    }

    private static func share(_ field: ContentField) throws(ContentProblem) -> Double {
        let share = try field.number()
        guard share > 0, share < 1 else { throw field.problem("it is not between 0 and 1") }
        return share
    }

    private static func kin(_ bytes: [UInt8]) -> [String: Set<String>] {
        var kin: [String: Set<String>] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let sides = String(decoding: line, as: UTF8.self).split(separator: ",", maxSplits: 1)
            guard sides.count == 2, sides[0] != "name" else { continue }
            let name = SearchText.normalized(String(sides[0]))
            for short in sides[1].split(separator: " ").map({ SearchText.normalized(String($0)) }) {
                kin[name, default: []].insert(short)
                kin[short, default: []].insert(name)
            }
        }
        return kin
    }

    /// Whether one given name stands for the other, or both for the same third.
    func areKin(_ one: String, _ other: String) -> Bool { kin[one]?.contains(other) ?? false }

    /// Other names under which somebody of this given name may be on file, in a fixed order.
    func kin(of name: String) -> [String] { (kin[name] ?? []).sorted() }
}

/// What two entries are compared by.
package enum MatchField: String, Sendable, CaseIterable {
    case identifier, given, family, birth, sex, address, postcode, phone

    package var words: String {
        switch self {
        case .identifier: "Number"
        case .given: "Given name"
        case .family: "Family name"
        case .birth: "Birth date"
        case .sex: "Sex"
        case .address: "Address"
        case .postcode: "Postcode"
        case .phone: "Telephone"
        }
    }
}
