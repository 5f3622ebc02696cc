import Access
import ArgumentParser
import Care
import Content
import FHIR
import Foundation
import Records

struct Score: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Work out risk: of codes, of one person on file, or of everyone.",
        discussion: """
            Codes and one person give a JSON array on standard output, one object a model: model, version, result, \
            drivers and notCounted. --all keeps the risk of everyone on file up to date.
            """)

    @Option(help: "Age in years, for codes; for the CMS models at 1 February of the payment year.")
    var age: Int?

    @Option(help: "female or male, for codes.")
    var sex: String?

    @Option(help: "ICD-10-CM or SNOMED CT codes, with commas between them.")
    var codes: String?

    @Option(
        help: "The segment of the CMS models: CNA, CND, CFA, CFD, CPA, CPD, INS, NE or SNPNE, with +MCAID or +ORIGDIS.")
    var segment: String?

    @Option(help: "The id of a Patient on file.")
    var patient: String?

    @Flag(help: "Score everyone on file.")
    var all = false

    @Option(name: .customLong("as-of"), help: ArgumentHelp("Now, in milliseconds since 1970.", visibility: .hidden))
    var asOf: Int64?

    @OptionGroup var options: DataOptions

    func validate() throws {
        let ways = [codes != nil, patient != nil, all].count { $0 }
        guard ways == 1 else {
            throw ValidationError("Give one of --codes, --patient and --all.")
        }
        guard codes != nil else {
            guard age == nil, sex == nil else {
                throw ValidationError("--age and --sex belong to --codes. Of people on file they are known.")
            }
            return
        }
        guard let age, (0...130).contains(age) else {
            throw ValidationError("--codes needs --age, in years from 0 to 130.")
        }
        guard let sex, ["female", "male"].contains(sex) else {
            throw ValidationError("--codes needs --sex, female or male.")
        }
    }

    func run() async throws {
        let enrollment = try segment.map { text in
            guard let enrollment = CMSEnrollment(text) else {
                throw ValidationError("There is no segment \(text).")
            }
            return enrollment
        }
        if all {
            try await scoreAll()
        } else if let patient {
            try await score(patient, enrollment)
        } else {
            try scoreCodes(enrollment)
        }
    }

    private func scoreCodes(_ enrollment: CMSEnrollment?) throws {
        let content = Content(folder: options.folder.appending(path: "content"))
        let models = try RiskModels(content: { content.file($0) })
        let given = (codes ?? "").split(separator: ",").map(String.init).map(trimmed).filter { !$0.isEmpty }
        let age = age ?? 0
        say(
            models.explain(
                age: age, sex: AdministrativeSex(rawValue: sex ?? "") ?? .unknown,
                codes: given.map(models.resolver.resolve),
                enrollment: enrollment ?? .community(age: age)))
    }

    private func score(_ patient: String, _ enrollment: CMSEnrollment?) async throws {
        try await Wiring.use(options) { wiring in
            let rules = wiring.care.identify
            let now = Wiring.now
            let picture: RiskPicture?
            do {
                picture = try await wiring.records.read(as: .system("score"), at: now, for: "risk of one person") {
                    reader in
                    let record = try reader.person(patient, RiskPicture.types) { rules.concerns($0, $1) }
                    return RiskPicture(of: record, rules: rules, asOf: now, enrollment: enrollment)
                }
            } catch RecordsFailure.notFound {
                note("There is no patient \(patient) on file.")
                throw ExitCode(1)
            }
            guard let picture else {
                note("Patient \(patient) has died or has no birth date, so there is no score.")
                throw ExitCode(1)
            }
            say(picture.models)
        }
    }

    private func scoreAll() async throws {
        let wiring = try await Wiring(options)
        let began = ContinuousClock.now
        let population = ScorePopulation(records: wiring.records, rules: wiring.care.identify)
        let report = try await population.run(at: asOf ?? Wiring.now) { done in
            if done % 10_000 < 250, done >= 10_000 {
                note("\(done) people")
            }
        }
        let took = ContinuousClock.now - began
        try await wiring.records.end()
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        let rate = Int(Double(report.people) / max(seconds, 0.001))
        print(
            "\(report.people) people, \(report.scored) scored, \(report.written) changed, "
                + "in \(took.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))) (\(rate) people/s)."
        )
    }

    private func say(_ results: [ModelResult]) {
        almoner.say(String(decoding: JSON.array(results.map(\.json)).serialized(), as: UTF8.self))
    }

    private func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }
}
