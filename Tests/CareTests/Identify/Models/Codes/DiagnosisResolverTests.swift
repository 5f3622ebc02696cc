import Care
import Testing

struct DiagnosisResolverTests {
    private let icd = DiagnosisResolver.icd10cm
    private let snomed = DiagnosisResolver.snomed

    @Test func `an ICD-10-CM coding wins over every map`() throws {
        let resolver = try RiskContent.models.resolver
        let found = resolver.resolve([(snomed, "44054006"), (icd, "E11.22")])
        #expect(found.code == "E11.22")
        #expect(found.diagnosis?.dotted == "E11.22")
    }

    @Test func `this site's table wins over the shipped map`() throws {
        let site = """
            # source: the site
            # version: 1
            # effective: 2026-01-01..
            # licence: own
            code,icd10cm
            44054006,E11.65
            LOCAL-1,I50.9

            """
        let models = try RiskModels(content: RiskContent.replacing("risk/site_icd10cm.csv", with: site))
        #expect(models.resolver.resolve([(snomed, "44054006")]).diagnosis?.dotted == "E11.65")
        #expect(models.resolver.resolve([("urn:local", "LOCAL-1")]).diagnosis?.dotted == "I50.9")
    }

    @Test func `the shipped map is used next, and says when it is approximate`() throws {
        let found = try RiskContent.models.resolver.resolve([(snomed, "44054006")])
        #expect(found.outcome == DiagnosisCode("E11.9").map { .found($0, .map) })
    }

    @Test func `what nothing names stays uncounted with a reason`() throws {
        let resolver = try RiskContent.models.resolver
        #expect(resolver.resolve([(snomed, "1")]).outcome == .unusable("unmapped SNOMED code"))
        #expect(resolver.resolve([(icd, "nonsense")]).outcome == .unusable("not an ICD-10-CM code"))
        #expect(resolver.resolve([("urn:other", "X")]).outcome == .unusable("neither ICD-10-CM nor SNOMED CT"))
        #expect(resolver.resolve([]).diagnosis == nil)
    }
}
