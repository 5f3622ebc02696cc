package import Content

/// How the answers of one form become a score, from Content/instruments/scoring.yaml.
package struct Scoring: Sendable, Equatable {
    /// What people call the form.
    package let title: String
    /// Published source, version, licence and dates of the rules.
    package let origin: ContentOrigin
    /// Whether its wording may not be shipped, so that a site that has a licence brings it.
    package let isSiteSupplied: Bool
    /// LOINC code of the whole form, which the form must carry too; nil where there is none.
    package let panel: String?
    /// nil for a form of which single answers count, but no sum of them.
    package let total: Total?
    /// Link ids of the questions that count.
    package let items: [String]
    /// How many of them may be left blank; a blank one counts 0 then.
    package let mostBlank: Int
    /// nil where no cut-off was published.
    package let cutOffs: CutOffs?
    package let bands: [Band]
    /// Parts of the form with a score of their own.
    package let scales: [Scale]
    package let safety: [SafetyRule]
    /// The form to give next, and from how many points.
    package let opens: Opening?
    package let review: [ReviewRule]
    package let keyQuestions: KeyQuestions?
    /// What counts as a change; nil where no published rule says so.
    package let change: Change?
    /// The quality measures' code for whether a screen was positive (CMS2), for adults and for the young; nil for none.
    package let screen: ScreenResult?
    /// Codes and points of a form whose wording a site brings; empty for the others.
    package let supplied: [SuppliedQuestion]

    /// The total's own code and its range.
    package struct Total: Sendable, Equatable {
        /// How the points of the questions become one number.
        package enum Combine: String, Sendable, CaseIterable {
            case sum
            /// The worst answer counts.
            case max
            /// The sum, shown divided by the number of questions.
            case mean
        }
        package let system: String
        package let code: String
        package let display: String
        /// The range of the points, before a mean is made of them.
        package let from: Int
        package let to: Int
        package let combine: Combine
        /// Whether more points mean that someone is better, where no cut-off tells.
        package let isHighBetter: Bool
    }

    /// From how many points a result is positive: by sex, and where the publication says so by age.
    package struct CutOffs: Sendable, Equatable {
        package struct Row: Sendable, Equatable {
            /// Ages in years that it holds for; nil for all.
            package let ages: ClosedRange<Int>?
            package let female: Int
            package let male: Int
            package let unknown: Int

            package func value(_ sex: CutOffSex) -> Int {
                switch sex {
                case .female: female
                case .male: male
                case .unknown: unknown
                }
            }
        }

        package let rows: [Row]
        /// Whether a result is positive at the cut-off and below, as where points mean independence.
        package let isLow: Bool

        /// nil where none was published for that age, or the age is not known and matters.
        package func row(_ age: Int?) -> Row? {
            rows.first { row in row.ages.map { ages in age.map(ages.contains) ?? false } ?? true }
        }

        func isPositive(_ points: Int, at cut: Int) -> Bool { isLow ? points <= cut : points >= cut }
    }

    /// A range of totals, what it is called and what it asks for.
    package struct Band: Sendable, Equatable {
        /// Results a band is meant for; nil for both.
        package enum When: String, Sendable, CaseIterable { case negative, positive }
        package let from: Int
        package let to: Int
        package let when: When?
        package let severity: String
        package let action: String
    }

    /// Some of the questions, with a sum and a cut-off of their own.
    package struct Scale: Sendable, Equatable {
        package let name: String
        package let title: String
        package let system: String
        package let code: String
        package let items: [String]
        /// From how many points it is positive.
        package let positive: Int
    }

    /// Points on one question, or in total, that ask for action by themselves.
    package struct SafetyRule: Sendable, Equatable {
        /// What `item` says when the total is meant.
        package static let total = "total"
        package let item: String
        package let above: Int
        /// What it asks for.
        package let asks: SafetyKind
        package var kind: String { asks.kind }
    }

    /// LOINC codes under which a screen is told as positive or negative, beside its total.
    package struct ScreenResult: Sendable, Equatable {
        package let adult: String
        package let young: String
    }

    package struct Opening: Sendable, Equatable {
        package let instrument: String
        package let from: Int
    }

    /// A positive total that comes from one question only is looked at again before it is believed.
    package struct ReviewRule: Sendable, Equatable {
        package let allPointsFrom: String
        package let note: String
    }

    /// Questions that stand alone: any point means positive, none of them and nothing else asked means negative.
    package struct KeyQuestions: Sendable, Equatable {
        package let items: [String]
        package let positive: Band
        package let clear: Band
    }

    /// One question whose wording the site brings: what it is about, and what its answers mean.
    package struct SuppliedQuestion: Sendable, Equatable {
        package let item: String
        package let topic: String
        /// Points by the code of the answer.
        package let points: [String: Int]
        /// Gravity SDOH categories by the code of the answer.
        package let needs: [String: String]
    }

    /// How much has to change to matter, as it was published.
    package struct Change: Sendable, Equatable {
        /// The publication.
        package let source: String
        /// The smallest difference between two totals that matters; nil where none is published.
        package let points: Int?
        /// A drop by this share of the first total is a response; nil where no share is published.
        package let responseDropPercent: Int?
        /// nil where no total is published below which someone is well.
        package let remissionBelow: Int?

        package enum Step: String, Sendable { case none, response, remission }

        /// How far someone has come between two totals. Remission needs a first total that was above it.
        package func step(first: Int, latest: Int) -> Step {
            guard first >= remissionBelow ?? 1, first > 0, latest >= 0 else { return .none }
            if let remissionBelow, latest < remissionBelow { return .remission }
            guard let responseDropPercent else { return .none }
            return (first - latest) * 100 >= first * responseDropPercent ? .response : .none
        }

        /// Whether the way from one total to another matters, in either direction.
        package func matters(from: Int, to latest: Int) -> Bool {
            if let points, abs(latest - from) >= points { return true }
            guard points == nil, let responseDropPercent, from > 0 else { return false }
            return abs(latest - from) * 100 >= from * responseDropPercent
        }
    }

    /// The band of a total, given whether it is positive.
    package func band(_ total: Int, positive: Bool) -> Band? {
        bands.first {
            $0.from <= total && total <= $0.to && $0.fits(positive)
        }
    }

    /// A total as people read it: the points, or their mean with one decimal place.
    package func written(_ points: Int) -> String {
        guard total?.combine == .mean, !items.isEmpty else { return String(points) }
        let tenths = (points * 20 + items.count) / (2 * items.count)
        return "\(tenths / 10).\(tenths % 10)"
    }
}
