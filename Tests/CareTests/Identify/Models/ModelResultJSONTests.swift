import Care
import FHIR
import Testing

struct ModelResultJSONTests {
    @Test func `the printed shape is the one that scripts rely on`() throws {
        let result = try #require(try RiskContent.models.explained("E1122 nonsense")["cms-hcc-v28"])
        let text = String(decoding: result.json.serialized(), as: UTF8.self)
        #expect(
            text == """
                {"model":"cms-hcc-v28","version":"V28, 2026, segment CNA","result":0.631,"drivers":\
                [{"code":"E1122","category":"HCC37","weight":0.166},{"code":"","category":"F75_79","weight":0.465}],\
                "notCounted":[{"code":"nonsense","reason":"not an ICD-10-CM code"}]}
                """)
    }

    @Test func `a mapped code shows what it was read as, Charlson its age-adjusted value`() throws {
        let result = try #require(try RiskContent.models.explained("44054006")["charlson-original"])
        let text = String(decoding: result.json.serialized(), as: UTF8.self)
        #expect(text.contains(#"{"code":"44054006","category":"diab","weight":1,"readAs":"E11.9"}"#))
        #expect(text.contains(#""ageAdjusted":4"#))
    }
}
