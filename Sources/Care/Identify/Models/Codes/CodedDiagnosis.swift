/// A diagnosis as it was given, with the ICD-10-CM code that the models read, or why there is none.
package struct CodedDiagnosis: Sendable, Hashable {
    /// How the ICD-10-CM code was found.
    package enum Origin: String, Sendable {
        /// It was given as ICD-10-CM.
        case icd10cm
        /// This site's own table names it.
        case site
        /// The shipped map names it.
        case map
        /// The shipped map names the nearest code.
        case approximate
    }

    package enum Outcome: Sendable, Hashable {
        case found(DiagnosisCode, Origin)
        /// A reason in plain words.
        case unusable(String)
    }

    /// The code as given, shown unchanged.
    package let code: String
    package let outcome: Outcome

    package var diagnosis: DiagnosisCode? {
        // Not inlined: the optimizer of Swift 6.3.1 ends with a failure of its own where it inlines this into a closure.
        @inline(never) get { if case .found(let diagnosis, _) = outcome { diagnosis } else { nil } }
    }
}

/// Finds the ICD-10-CM code of a coded condition: its own ICD-10-CM coding, then this site's table, then the shipped
/// SNOMED CT map. What none of them names stays uncounted; nothing is guessed from words.
package struct DiagnosisResolver: Sendable {
    package static let icd10cm = "http://hl7.org/fhir/sid/icd-10-cm"
    package static let snomed = "http://snomed.info/sct"

    private let site: [String: DiagnosisCode]
    private let shipped: [String: (code: DiagnosisCode, approximate: Bool)]

    init(content: (String) -> [UInt8]?) throws(RiskContentFailure) {
        let table = try RiskTable(file: "risk/snomed_icd10cm.csv", bytes: content("risk/snomed_icd10cm.csv"))
        let (concept, icd, match) = (try table.column("snomed"), try table.column("icd10cm"), try table.column("match"))
        var shipped: [String: (code: DiagnosisCode, approximate: Bool)] = [:]
        for row in table.rows {
            guard let code = DiagnosisCode(row[icd]) else { throw table.failure(row, "not an ICD-10-CM code") }
            shipped[row[concept]] = (code, row[match] != "direct")
        }
        self.shipped = shipped

        var site: [String: DiagnosisCode] = [:]
        let file = "risk/site_icd10cm.csv"
        if let bytes = content(file) {
            let table = try RiskTable(file: file, bytes: bytes)
            let (concept, icd) = (try table.column("code"), try table.column("icd10cm"))
            for row in table.rows {
                guard let code = DiagnosisCode(row[icd]) else { throw table.failure(row, "not an ICD-10-CM code") }
                site[row[concept]] = code
            }
        }
        self.site = site
    }

    /// Resolves one code typed by hand: only digits is SNOMED CT, all else ICD-10-CM.
    package func resolve(_ text: some StringProtocol) -> CodedDiagnosis {
        let isConcept = text.utf8.count > 5 && text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
        return resolve([(system: isConcept ? Self.snomed : Self.icd10cm, code: String(text))])
    }

    /// Resolves the codings of one condition. The code shown is the one that was used, or the first.
    package func resolve(_ codings: [(system: String, code: String)]) -> CodedDiagnosis {
        var malformed: String?
        for coding in codings where coding.system == Self.icd10cm {
            if let code = DiagnosisCode(coding.code) {
                return CodedDiagnosis(code: coding.code, outcome: .found(code, .icd10cm))
            }
            malformed = malformed ?? coding.code
        }
        for coding in codings {
            if let code = site[coding.code] { return CodedDiagnosis(code: coding.code, outcome: .found(code, .site)) }
        }
        for coding in codings where coding.system == Self.snomed {
            if let (code, approximate) = shipped[coding.code] {
                return CodedDiagnosis(code: coding.code, outcome: .found(code, approximate ? .approximate : .map))
            }
        }
        if let malformed { return CodedDiagnosis(code: malformed, outcome: .unusable("not an ICD-10-CM code")) }
        if let concept = codings.first(where: { $0.system == Self.snomed }) {
            return CodedDiagnosis(code: concept.code, outcome: .unusable("unmapped SNOMED code"))
        }
        return CodedDiagnosis(
            code: codings.first?.code ?? "", outcome: .unusable("neither ICD-10-CM nor SNOMED CT"))
    }
}
