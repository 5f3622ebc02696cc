package import Content

/// How the answers of one form become a score, from Content/instruments/scoring.yaml.
package struct Scoring: Sendable, Equatable {
    /// Published source, version, licence and dates of the rules.
    package let origin: ContentOrigin
    /// Ages in years the form was made for.
    package let fromAge: Int?
    package let toAge: Int?
    /// LOINC code of the whole form, which the form must carry too; nil where there is none.
    package let panel: String?
    package let total: Total
    /// Link ids of the questions that count.
    package let items: [String]
    package let cutOffs: CutOffs
    package let bands: [Band]
    package let safety: [SafetyRule]
    /// The form to give next, and from how many points.
    package let opens: Opening?
    package let review: [ReviewRule]
    package let keyQuestions: KeyQuestions?
    /// What counts as getting better; nil where no published rule says so.
    package let change: Change?

    /// The total's own code and its range.
    package struct Total: Sendable, Equatable {
        package let system: String
        package let code: String
        package let display: String
        package let from: Int
        package let to: Int
    }

    /// From how many points a result is positive.
    package struct CutOffs: Sendable, Equatable {
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

    /// Points on one question that ask for action at any total.
    package struct SafetyRule: Sendable, Equatable {
        package let item: String
        package let kind: String
        package let above: Int
        package let within: String
        package let action: String
        /// Crisis help that the person sees at once.
        package let tellPerson: String
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

    /// A drop by this share of the first total is a response; a total below this is remission.
    package struct Change: Sendable, Equatable {
        package let responseDropPercent: Int
        package let remissionBelow: Int

        package enum Step: String, Sendable { case none, response, remission }

        /// How far someone has come between two totals. Remission needs a first total that was above it.
        package func step(first: Int, latest: Int) -> Step {
            guard first >= remissionBelow, first > 0, latest >= 0 else { return .none }
            if latest < remissionBelow { return .remission }
            return (first - latest) * 100 >= first * responseDropPercent ? .response : .none
        }
    }

    /// The band of a total, given whether it is positive.
    package func band(_ total: Int, positive: Bool) -> Band? {
        bands.first {
            $0.from <= total && total <= $0.to && $0.fits(positive)
        }
    }
}
