import Testing

@testable import FHIR

struct DefinitionsTests {
    @Test
    func `every concrete resource type of R4 has a stable number`() throws {
        let definitions = try R4.definitions()
        #expect(definitions.resourceTypes.count == 146)
        #expect(definitions.resourceTypes == definitions.resourceTypes.sorted())
        #expect(definitions.number(ofType: "Account") == 0)
        #expect(definitions.number(ofType: "Observation") == 95)
        #expect(definitions.number(ofType: "Patient") == 102)
        #expect(definitions.number(ofType: "VisionPrescription") == 145)
        #expect(definitions.name(ofType: 102) == "Patient")
        #expect(definitions.number(ofType: "DomainResource") == nil)
        #expect(definitions.number(ofType: "HumanName") == nil)
        #expect(definitions.name(ofType: -1) == nil && definitions.name(ofType: 146) == nil)
    }

    @Test
    func `an element tells its cardinality, types, targets and codes`() throws {
        let definitions = try R4.definitions()
        let gender = try #require(definitions.element("Patient.gender"))
        #expect(gender.min == 0 && gender.max == 1 && !gender.isList)
        #expect(gender.types.first?.codes?.codes == ["male", "female", "other", "unknown"])
        let value = try #require(definitions.element("Observation.value"))
        #expect(value.isChoice && value.types.count == 11)
        #expect(value.jsonName(value.types[0]) == "valueQuantity")
        #expect(definitions.element("Observation.valueQuantity.value")?.types.first?.name == "decimal")
        let link = try #require(definitions.element("Patient.link.other"))
        #expect(link.min == 1 && link.types.first?.targets == ["Patient", "RelatedPerson"])
        #expect(definitions.element("Task.focus")?.types.first?.targets == [])
        #expect(definitions.element("Patient.contact.name.family")?.types.first?.name == "string")
        #expect(definitions.element("Patient.id")?.types.first?.name == "id")
        #expect(definitions.element("Patient.name.id")?.types.first?.name == "string")
        #expect(definitions.element("Patient.nothing") == nil && definitions.element("") == nil)
    }

    @Test
    func `an element that repeats another part has that part's elements`() throws {
        let definitions = try R4.definitions()
        #expect(definitions.element("Questionnaire.item.item.item.linkId")?.min == 1)
        #expect(definitions.element("Bundle.entry.link.url")?.types.first?.name == "uri")
        #expect(definitions.element("Observation.component.referenceRange.low.value") != nil)
    }

    @Test
    func `every type that an element may have is defined`() throws {
        let definitions = try R4.definitions()
        for type in definitions.resourceTypes {
            let block = try #require(definitions.block(type))
            #expect(block.slots["id"] != nil && block.slots["meta"] != nil)
            #expect(block.elements.allSatisfy { !$0.types.isEmpty })
        }
    }

    @Test
    func `search parameters are found by code and by number`() throws {
        let definitions = try R4.definitions()
        let patient = try #require(definitions.number(ofType: "Patient"))
        let gender = try #require(definitions.searchParameter(patient, "gender"))
        #expect(gender.kind == .token && gender.impliedSystem == "http://hl7.org/fhir/administrative-gender")
        #expect(gender.number / SearchParameter.perType == patient)
        #expect(definitions.searchParameter(number: gender.number)?.code == "gender")
        #expect(definitions.searchParameter(patient, "_tag")?.number == patient * 128 + 5)
        #expect(definitions.searchParameter(patient, "nothing") == nil)
        #expect(definitions.searchParameter(number: -1) == nil && definitions.searchParameter(number: .max) == nil)
        let observation = try #require(definitions.number(ofType: "Observation"))
        let composite = try #require(definitions.searchParameter(observation, "combo-code-value-quantity"))
        #expect(composite.owners == [".", "component"])
        #expect(composite.components.map(\.code) == ["combo-code", "combo-value-quantity"])
        #expect(composite.components.map(\.expression) == ["code", "value.as(Quantity)"])
        #expect(definitions.searchParameter(observation, "patient")?.targets == ["Patient"])
        var seen = Set<Int>()
        for type in definitions.resourceTypes.indices {
            for parameter in definitions.searchParameters(type) { #expect(seen.insert(parameter.number).inserted) }
        }
    }

    @Test
    func `the patient compartment names parameters that exist`() throws {
        let definitions = try R4.definitions()
        let observation = try #require(definitions.number(ofType: "Observation"))
        #expect(definitions.patientCompartment(observation) == ["subject", "performer"])
        for type in definitions.resourceTypes.indices {
            for code in definitions.patientCompartment(type) {
                #expect(definitions.searchParameter(type, code)?.kind == .reference)
            }
        }
        #expect(definitions.patientCompartment(-1).isEmpty)
    }

    @Test
    func `a table that cannot be read says where`() throws {
        func load(
            elements: String = "", codes: String = "", search: String = "", compartment: String = "",
            invariants: String = ""
        ) throws {
            _ = try Definitions(
                elements: Array(elements.utf8), codes: Array(codes.utf8), searchParameters: Array(search.utf8),
                compartment: Array(compartment.utf8), invariants: Array(invariants.utf8))
        }
        #expect(throws: Definitions.Malformed(table: "elements", entry: "A.b")) {
            try load(elements: "@A\tresource\t\nb\t0..1\tNothing\t\t\n")
        }
        #expect(throws: Definitions.Malformed(table: "elements", entry: "A")) {
            try load(elements: "@A\tresource\tB\n")
        }
        #expect(throws: Definitions.Malformed(table: "codes", entry: "x")) { try load(codes: "x\ty\n") }
        #expect(throws: Definitions.Malformed(table: "searchParameters", entry: "A")) { try load(search: "A\n") }
        #expect(throws: Definitions.Malformed(table: "compartment", entry: "A")) { try load(compartment: "A\tb\n") }
        #expect(throws: Definitions.Malformed(table: "invariants", entry: "A")) { try load(invariants: "A\tb\n") }
        #expect(throws: Definitions.Malformed(table: "invariants", entry: "a-1")) {
            try load(
                elements: "@A\tresource\t\n", invariants: "A\ta-1\terror\tfails\tIt is broken\tname.exists(\t\n")
        }
    }
}
