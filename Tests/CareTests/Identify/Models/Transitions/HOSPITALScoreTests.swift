import Care
import Testing

struct HOSPITALScoreTests {
    private let worked = HOSPITALScore.Inputs(
        haemoglobin: 10.9, dischargedFromOncology: false, sodium: 133, hadProcedure: true, isUrgent: true,
        earlierAdmissions: 3, days: 6)

    @Test func `the worked example comes out`() {
        let score = HOSPITALScore(worked)
        #expect(score.points == 8...8)
        #expect(score.band == .high)
        #expect(!score.isPartial)
    }

    @Test func `the cut for earlier admissions depends on the paper`() {
        var inputs = worked
        inputs.earlierAdmissions = 1
        #expect(HOSPITALScore(inputs).points == 6...6)
        #expect(HOSPITALScore(inputs, variant: .derivation2013).points == 8...8)
        inputs.earlierAdmissions = 6
        #expect(HOSPITALScore(inputs).points == 11...11)
    }

    @Test func `without a laboratory value the score is a range and says what is missing`() {
        var inputs = worked
        inputs.sodium = nil
        let score = HOSPITALScore(inputs)
        #expect(score.points == 7...8)
        #expect(score.band == .high)
        #expect(score.missing == ["sodium at discharge"])
        inputs.haemoglobin = .nan
        #expect(HOSPITALScore(inputs).points == 6...8)
        #expect(HOSPITALScore(inputs).band == nil)
    }

    @Test func `five days count, values at the limit do not`() {
        let inputs = HOSPITALScore.Inputs(
            haemoglobin: 12, dischargedFromOncology: true, sodium: 135, hadProcedure: false, isUrgent: false,
            earlierAdmissions: 0, days: 5)
        #expect(HOSPITALScore(inputs).points == 4...4)
        #expect(HOSPITALScore(inputs).band == .low)
    }
}
