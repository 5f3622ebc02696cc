import Care
import Testing

struct LookBackTests {
    private let asOf = RiskContent.moment("2026-07-01T00:00:00Z")

    private func dated(_ code: String, _ from: String, _ until: String? = nil) throws -> DatedDiagnosis {
        let coded = try RiskContent.models.resolver.resolve(code)
        return DatedDiagnosis(coded, from: RiskContent.moment(from), until: until.map { RiskContent.moment($0) })
    }

    private func lookBack(_ diagnoses: [DatedDiagnosis]) throws -> LookBack {
        LookBack(diagnoses, asOf: asOf, models: try RiskContent.models)
    }

    @Test func `a chronic illness counts for comorbidity however long ago, an acute one for two years`() throws {
        let found = try lookBack([
            dated("E11.9", "2010-01-01", "2012-01-01"), dated("N39.0", "2010-01-01", "2010-02-01"),
            dated("N39.0", "2025-01-01", "2025-02-01"),
        ])
        #expect(found.comorbidity.map(\.code) == ["E11.9", "N39.0"])
        #expect(found.frailty.map(\.code) == ["N39.0"])
    }

    @Test func `payment models read the calendar year before`() throws {
        let found = try lookBack([
            dated("E11.9", "2019-05-01"), dated("I50.9", "2024-01-01", "2024-12-31"),
            dated("J44.9", "2025-12-31", "2026-01-02"), dated("N18.4", "2026-01-01"),
        ])
        #expect(found.payment.map(\.code) == ["E11.9", "J44.9"])
    }

    @Test func `what begins later is not known yet`() throws {
        let found = try lookBack([dated("E11.9", "2026-07-01"), dated("I10", "2026-06-30")])
        #expect(found.comorbidity.map(\.code) == ["I10"])
    }

    @Test func `numbers and reasons agree, and what a model does not look back on is named`() throws {
        let models = try RiskContent.models
        let found = try lookBack([
            dated("E11.22", "2010-01-01", "2012-01-01"), dated("I50.22", "2026-02-01"), dated("N18.4", "2025-03-01"),
        ])
        let enrollment = CMSEnrollment.community(age: 75)
        let scores = models.scores(age: 75, sex: .female, lookBack: found, enrollment: enrollment)
        let results = models.explain(age: 75, sex: .female, lookBack: found, enrollment: enrollment)
        #expect(
            results.map(\.result) == [
                scores.charlsonOriginal, scores.charlsonQuan2011, scores.elixhauserVanWalraven, scores.hfrs,
                scores.cmsHCCV24, scores.cmsHCCV28,
            ])
        #expect(scores.charlsonOriginal.decimal == "5")
        let v28 = try #require(results.last)
        #expect(v28.reason(for: "E11.22") == "not recorded in the calendar year before")
        #expect(v28.reason(for: "I50.22") == "not recorded in the calendar year before")
        #expect(v28.drivers(of: "N18.4") == ["HCC327"])
        #expect(results[3].reason(for: "E11.22") == "not recorded in the last 24 months")
    }

    @Test func `codes given by hand count for every model`() throws {
        let models = try RiskContent.models
        let codes = ["E11.22", "N18.4"].map { models.resolver.resolve($0) }
        let enrollment = CMSEnrollment.community(age: 75)
        #expect(
            models.explain(age: 75, sex: .male, lookBack: LookBack(all: codes), enrollment: enrollment)
                == models.explain(age: 75, sex: .male, codes: codes, enrollment: enrollment))
    }
}
