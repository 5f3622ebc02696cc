import Foundation
import TestSupport
import Testing

@testable import FHIR

struct InvariantTests {
    private func broken(_ resource: JSON) throws -> [String] {
        let validator = Validator(definitions: try R4.definitions())
        return validator.validate(try resource.document().root).filter { $0.code == .invariant }.map {
            ($0.expression ?? "-") + " " + $0.severity.rawValue + " "
                + ($0.diagnostics.split(separator: "(").last.map { String($0.dropLast()) } ?? "")
        }.filter { !$0.hasSuffix("dom-6") }
    }

    private func observation(_ members: KeyValuePairs<String, JSON>) -> JSON {
        .object(
            [
                .init(name: "resourceType", value: "Observation"), .init(name: "status", value: "final"),
                .init(name: "code", value: ["coding": [["system": "u:s", "code": "a"]]]),
            ] + members.map { .init(name: $0.key, value: $0.value) })
    }

    @Test
    func `a rule about what is there or not is kept without looking at it`() throws {
        #expect(try broken(observation(["valueString": "x"])) == [])
        #expect(
            try broken(observation(["valueString": "x", "dataAbsentReason": ["text": "y"]])) == [
                "Observation error obs-6"
            ])
        #expect(
            try broken(observation(["referenceRange": [["appliesTo": [["text": "x"]]]]])) == [
                "Observation.referenceRange[0] error obs-3"
            ])
        #expect(
            try broken(observation(["valueQuantity": ["value": 1, "code": "mg"]])) == [
                "Observation.value.ofType(Quantity) error qty-3"
            ])
        #expect(
            try broken(["resourceType": "Patient", "contact": [["gender": "male"]]]) == [
                "Patient.contact[0] error pat-1"
            ])
    }

    @Test
    func `a rule that asks for more is evaluated`() throws {
        let part: JSON = ["code": ["coding": [["system": "u:s", "code": "a"]]], "valueString": "y"]
        #expect(
            try broken(observation(["valueString": "x", "component": [part]])) == ["Observation error obs-7"])
        #expect(try broken(observation(["component": [part]])) == [])
        #expect(
            try broken(observation(["effectivePeriod": ["start": "2024-02-01", "end": "2024-01-01"]])) == [
                "Observation.effective.ofType(Period) error per-1"
            ])
        // How the two stand cannot be told.
        #expect(try broken(observation(["effectivePeriod": ["start": "2024-02-01", "end": "2024-02"]])) == [])
        #expect(
            try broken([
                "resourceType": "Organization", "name": "x", "address": [["use": "work"], ["use": "home"]],
            ]) == ["Organization.address error org-2"])
        #expect(try broken(["resourceType": "Organization", "active": true]) == ["Organization error org-1"])
    }

    @Test
    func `a warning does not stand in the way of errors`() throws {
        let entries = (0..<300).map { index -> JSON in
            ["resource": ["resourceType": "Patient", "gender": index == 299 ? "x" : "male"]]
        }
        let document = try (["resourceType": "Bundle", "type": "collection", "entry": .array(entries)] as JSON)
            .document()
        let issues = Validator(definitions: try R4.definitions()).validate(document.root)
        #expect(issues.filter { $0.severity == .error }.map(\.expression) == ["Bundle.entry[299].resource.gender"])
        #expect(issues.count <= Validator.mostIssues + 1)
    }

    @Test
    func `a record made to be costly is refused and not worked on for ever`() throws {
        let codings = JSON.array((0..<1_500).map { ["system": "u:s", "code": .string("c\($0)")] })
        let parts = (0..<1_500).map { _ -> JSON in ["code": ["coding": [["code": "x"]]], "valueString": "y"] }
        let record: JSON = [
            "resourceType": "Observation", "status": "final", "code": ["coding": codings], "valueString": "x",
            "component": .array(parts),
        ]
        let issues = Validator(definitions: try R4.definitions()).validate(try record.document().root)
        #expect(issues.contains { $0.code == .tooCostly && $0.severity == .error })
    }

    @Test
    func `an impossible type of reference is a warning`() throws {
        for reference: JSON in [["reference": "Patient/1"], ["reference": "Patient?identifier=1"], ["type": "Patient"]]
        {
            let document = try (["resourceType": "Patient", "managingOrganization": reference] as JSON).document()
            let issues = Validator(definitions: try R4.definitions()).validate(document.root)
            #expect(issues.filter { $0.code == .value }.map(\.severity) == [.warning])
        }
    }

    @Test
    func `a narrative holds no script`() throws {
        func patient(_ div: String) -> JSON {
            ["resourceType": "Patient", "text": ["status": "generated", "div": .string(div)]]
        }
        #expect(try broken(patient("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class='x'>A</p><br/></div>")) == [])
        for bad in [
            "<div><script>x</script></div>", "<div onclick=\"x\">a</div>", "<div> <p/> </div>", "<div>a<iframe/></div>",
            "<div><a href=\"java\nscript:x\">a</a></div>", "<div>a", "<div>a<!-- ", "<div><b x</div>",
        ] {
            #expect(try bad == "<div>a" ? true : broken(patient(bad)).contains { $0.hasSuffix("txt-1") }, "\(bad)")
        }
    }

    @Test
    func `contained resources are used and have no versions`() throws {
        func patient(_ contained: JSON, _ reference: JSON? = nil) -> JSON {
            .compact(["resourceType": "Patient", "contained": [contained], "managingOrganization": reference])
        }
        let clinic: JSON = ["resourceType": "Organization", "id": "o", "name": "x"]
        #expect(try broken(patient(clinic)) == ["Patient.contained[0] error dom-3"])
        #expect(try broken(patient(clinic, ["reference": "#o"])) == [])
        #expect(
            try broken(
                patient(
                    ["resourceType": "Organization", "id": "o", "name": "x", "meta": ["versionId": "1"]],
                    ["reference": "#o"])
            ) == ["Patient error dom-4"])
    }

    @Test
    func `every rule is FHIRPath that its type knows`() throws {
        let definitions = try R4.definitions()
        #expect(definitions.invariants.count > 230)
        for rule in definitions.invariants {
            guard let expression = rule.expression else {
                #expect(rule.note != nil, "\(rule.key)")
                continue
            }
            let path = try FHIRPath(expression, definitions: definitions)
            guard definitions.block(rule.path) != nil, rule.key != "sdf-9" else { continue }
            #expect(throws: Never.self, "\(rule.key): \(expression)") { try path.check(on: rule.path) }
        }
    }

    /// Every object of the examples, whole, and with each of its members taken away or alone.
    @Test(.enabled(if: SharedData.isThere))
    func `what is decided by hand or by what is there agrees with the FHIRPath`() throws {
        let definitions = try R4.definitions()
        var compared = 0
        for file in SharedData.files(in: "data/examples-r4", ending: ".json")
            + SharedData.files(in: "data/examples-us-core", ending: ".json")
        {
            let root = try JSONDocument(Array(Data(contentsOf: file))).root
            var waiting: [(PathItem, String)] = [
                (.element(PathElement(node: root, beside: nil, type: definitions.pathType(ofResource: root))), "")
            ]
            while let (item, _) = waiting.popLast() {
                guard case .element(let element) = item else { continue }
                var below: [PathItem] = []
                definitions.children(element, into: &below)
                waiting += below.map { ($0, "") }
                guard case .block(let number) = element.type, let node = element.node,
                    case .object(let members) = node.value
                else { continue }
                let block = definitions.blocks[number]
                var variants: [[JSONMember]] = [members]
                if members.count < 16 {
                    for place in members.indices {
                        variants.append([members[place]])
                        variants.append(Array(members[..<place] + members[(place + 1)...]))
                    }
                }
                for variant in variants where !variant.isEmpty {
                    compared += try compare(JSON.object(variant), number, block, definitions)
                }
            }
        }
        print("Invariants: \(compared) answers from what is there agree with FHIRPath")
        #expect(compared > 10_000)
    }

    /// Whole resources, with each of their members taken away, or made to have nothing but an id.
    @Test(.enabled(if: SharedData.isThere))
    func `the rules that are written by hand agree with their FHIRPath`() throws {
        let definitions = try R4.definitions()
        let validator = Validator(definitions: definitions)
        var rules: [String: FHIRPath] = [:]
        for rule in definitions.invariants where InvariantTable.native.contains(rule.key) {
            rules[rule.key] = try rule.expression.map { try FHIRPath($0, definitions: definitions) }
        }
        #expect(Set(rules.keys) == InvariantTable.native)
        var compared = 0
        var broken: [String: Int] = [:]
        for file in SharedData.files(in: "data/examples-r4", ending: ".json")
            + SharedData.files(in: "data/examples-us-core", ending: ".json")
        {
            let bytes = Array(try Data(contentsOf: file))
            guard bytes.count < 8_000 else { continue }
            let original = try JSONDocument(bytes).root
            guard original["resourceType"]?.string != "Bundle", case .object(let members) = original.value else {
                continue
            }
            var variants = [JSON.object(members)]
            for place in members.indices where members[place].name != "resourceType" {
                variants.append(.object(Array(members[..<place] + members[(place + 1)...])))
                var changed = members
                changed[place].value = Self.idOnly(members[place].value)
                variants.append(.object(changed))
            }
            for variant in variants {
                let root = try variant.document().root
                let found = Set(
                    validator.validate(root).compactMap { issue -> String? in
                        if issue.diagnostics.hasPrefix("No contained resource has the id") { return "ref-1" }
                        return InvariantTable.native.first { issue.diagnostics.hasSuffix("(\($0))") }
                    })
                let wanted = try Self.broken(root, rules, definitions)
                #expect(
                    found == wanted,
                    "\(file.lastPathComponent) \(String(decoding: root.raw, as: UTF8.self).prefix(300))")
                for key in wanted { broken[key, default: 0] += 1 }
                compared += 1
            }
        }
        print("Invariants: by hand and by FHIRPath agree on \(compared) resources, broken \(broken)")
        #expect(compared > 500 && broken.count >= 4)
    }

    private static func idOnly(_ value: JSON) -> JSON {
        switch value {
        case .array(let items): .array(items.map(idOnly))
        case .object(let members) where members.first?.name != "resourceType": ["id": "x"]
        default: value
        }
    }

    /// The rules that any element breaks.
    private static func broken(
        _ root: JSONNode, _ rules: [String: FHIRPath], _ definitions: Definitions
    ) throws -> Set<String> {
        var found = Set<String>()
        var waiting: [(PathElement, JSONNode)] = [
            (PathElement(node: root, beside: nil, type: definitions.pathType(ofResource: root)), root)
        ]
        while let (element, resource) = waiting.popLast() {
            var inner = resource
            var keys: [String] = []
            if definitions.isKind(element.type, of: "Resource") {
                inner = element.node ?? resource
                keys = ["dom-2", "dom-3"]
            } else if element.type != .unknown {
                keys = ["ele-1"]
                if definitions.isKind(element.type, of: "Extension") { keys.append("ext-1") }
                if definitions.isKind(element.type, of: "Reference") { keys.append("ref-1") }
                if element.type == .primitive(.xhtml) { keys.append("txt-1") }
            }
            for key in keys {
                let run = PathRun(
                    definitions: definitions, context: .element(element), resource: inner, root: root,
                    environment: FHIRPathEnvironment(), budget: FHIRPathBudget())
                guard let node = rules[key]?.node else { continue }
                let holds = try run.condition(try run.evaluate(node, PathRun.Scope(this: [.element(element)])))
                if !(holds ?? (key == "ref-1")) { found.insert(key) }
            }
            var below: [PathItem] = []
            definitions.children(element, into: &below)
            for case .element(let child) in below { waiting.append((child, inner)) }
        }
        return found
    }

    private func compare(
        _ value: JSON, _ number: Int, _ block: ElementBlock, _ definitions: Definitions
    ) throws -> Int {
        let node = try value.document().root
        var there: Presence.Set = 0
        for (name, _) in node.members {
            let plain = name.hasPrefix("_") ? String(name.dropFirst()) : name
            if let slot = block.slots[plain] { there |= 1 << Presence.Set(slot.element) }
        }
        var compared = 0
        let item = PathItem.element(PathElement(node: node, beside: nil, type: .block(number)))
        for rule in definitions.rules[number] where rule.element == nil {
            let answer = rule.presence.answer(there)
            guard answer != .unknown, let parsed = rule.node else { continue }
            let run = PathRun(
                definitions: definitions, context: item, resource: node, root: node, environment: FHIRPathEnvironment(),
                budget: FHIRPathBudget())
            let result = try run.condition(try run.evaluate(parsed, PathRun.Scope(this: [item])))
            let expected: Presence.Answer = result.map { $0 ? .yes : .no } ?? .nothing
            #expect(answer == expected, "\(rule.key) on \(String(decoding: node.raw, as: UTF8.self).prefix(200))")
            compared += 1
        }
        return compared
    }
}
