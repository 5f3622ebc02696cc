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
    /// What counts as getting better; nil where no published rule says so.
    package let change: Change?
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
    }

    /// From how many points a result is positive.
    package struct CutOffs: Sendable, Equatable {
        package let female: Int
        package let male: Int
        package let unknown: Int
        /// Whether a result is positive at the cut-off and below, as where points mean independence.
        package let isLow: Bool

        package func value(_ sex: CutOffSex) -> Int {
            switch sex {
            case .female: female
            case .male: male
            case .unknown: unknown
            }
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
        package let kind: String
        package let above: Int
        package let within: String
        package let action: String
        /// Help that the person sees at once.
        package let tellPerson: String
        /// The same in other languages, by language.
        package let tellPersonIn: [String: String]
        /// The number of the crisis line, to be called at any hour.
        package let crisisLine: String
        /// The number for danger to life.
        package let emergencyLine: String
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

    /// A drop by this share of the first total is a response; a total below this is remission.
    package struct Change: Sendable, Equatable {
        package let responseDropPercent: Int
        /// nil where no total is published below which someone is well.
        package let remissionBelow: Int?

        package enum Step: String, Sendable { case none, response, remission }

        /// How far someone has come between two totals. Remission needs a first total that was above it.
        package func step(first: Int, latest: Int) -> Step {
            guard first >= remissionBelow ?? 1, first > 0, latest >= 0 else { return .none }
            if let remissionBelow, latest < remissionBelow { return .remission }
            return (first - latest) * 100 >= first * responseDropPercent ? .response : .none
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
