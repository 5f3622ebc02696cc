package import Content

/// Why the labels or the roles of the site cannot be used: which file, and what is wrong with it.
package struct AccessContentFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package init(file: String, problem: String) {
        self.file = file
        self.problem = problem
    }

    package var description: String { "\(file): \(problem)" }
}

extension LabelLibrary {
    private static let file = "labels/labels.yaml"
    /// Leads from SNOMED CT to ICD-10-CM, so that one list of categories serves both.
    private static let map = "risk/snomed_icd10cm.csv"
    private static let snomed = "http://snomed.info/sct"
    private static let icd = "http://hl7.org/fhir/sid/icd-10-cm"

    /// Loads the labels. What is not understood is an error: a sensitive record must not pass for a plain one.
    /// - Throws: ``AccessContentFailure``
    package init(content: Content) throws(AccessContentFailure) {
        do {
            guard let bytes = content.file(Self.file) else {
                throw ContentProblem(place: "the file", problem: "it is not there")
            }
            try self.init(root: ContentField(root: YAML.parse(bytes)), map: Self.pairs(content.file(Self.map) ?? []))
        } catch {
            throw AccessContentFailure(file: Self.file, problem: "\(error)")
        }
    }

    init(root: ContentField, map: [(snomed: String, icd: String)]) throws {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "labels",
        ])
        _ = try ContentOrigin(root)
        var labels: [SecurityLabel] = []
        var exact: [String: [String: LabelMask]] = [:]
        var beginnings: [String: [String: [(beginning: String, mask: LabelMask)]]] = [:]
        for field in try root["labels"].list() {
            let label = try SecurityLabel(field)
            guard !labels.contains(where: { $0.mask == label.mask || $0.code == label.code }) else {
                throw field.problem("its code or its bit is taken")
            }
            labels.append(label)
            for code in [label.code] + label.same {
                exact[label.system, default: [:]][code, default: .none].bits |= label.mask.bits
            }
            for codes in try field["codes"].list() {
                try codes.allow(["system", "is", "begins"])
                let system = try codes["system"].text()
                for code in try codes["is"].texts() {
                    exact[system, default: [:]][code, default: .none].bits |= label.mask.bits
                }
                for beginning in try codes["begins"].texts() {
                    guard beginning.count > 1 else {
                        throw codes["begins"].problem("a beginning has two characters at least")
                    }
                    beginnings[system, default: [:]][LabelBeginning.head(beginning), default: []]
                        .append((beginning, label.mask))
                }
            }
        }
        let byICD = LabelLibrary(labels: labels, exact: exact, beginnings: beginnings)
        for (code, category) in map {
            let mask = byICD.mask(system: Self.icd, code: category)
            if !mask.isEmpty {
                exact[Self.snomed, default: [:]][code, default: .none].bits |= mask.bits
            }
        }
        self.init(labels: labels, exact: exact, beginnings: beginnings)
    }

    /// The first two columns of the table, below its comments and the names of its columns.
    private static func pairs(_ bytes: [UInt8]) -> [(snomed: String, icd: String)] {
        bytes.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }.dropFirst().compactMap {
            line in
            let parts = line.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count > 1 else {
                return nil
            }
            return (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
        }
    }
}

extension SecurityLabel {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["code", "bit", "title", "system", "same", "consent", "scored", "notice", "codes"])
        let bit = try field["bit"].int()
        guard (0..<LabelMask.most).contains(bit) else {
            throw field["bit"].problem("a bit is 0 to \(LabelMask.most - 1)")
        }
        code = try field["code"].text()
        system = try field["system"].text()
        title = try field["title"].text()
        mask = .label(bit)
        same = try field["same"].texts()
        consent = try field["consent"].optionalText()
        switch try field["scored"].optionalText() {
        case nil, "yes": isScored = true
        case "no": isScored = false
        default: throw field["scored"].problem("it is \"yes\" or \"no\"")
        }
        notice = try field["notice"].optionalText()
    }
}
