import Access
import Care
import FHIR
import Records

/// Two families of the demonstration, for looking at what each of them sees in the portal: a young person with a parent, and a
/// grown person with a son who is let in to some of it. Each record holds a word that stands nowhere else.
struct DemoFamily {
    /// A planted word, and who of the portal sees it.
    struct Word {
        let word: String
        /// The label of the record that holds it; nil for none.
        let label: String?
        let seenBy: Set<String>
    }

    /// Accounts of the portal, each with whom it belongs to.
    static let mia = "mia"
    static let rosa = "rosa"
    static let odalys = "odalys"
    static let tobias = "tobias"

    /// All planted words, in one place.
    static let words: [String: Word] = [
        "plain": Word(word: "quillfern", label: nil, seenBy: [mia, rosa]),
        "medicine": Word(word: "larkspire", label: nil, seenBy: [mia, rosa]),
        "sex": Word(word: "brindlewick", label: "SEX", seenBy: [mia]),
        "mood": Word(word: "marrowmere", label: "PSY", seenBy: [mia]),
        "confidential": Word(word: "tansyhollow", label: "ADOL", seenBy: [mia]),
        "part2": Word(word: "ferrowgate", label: "42CFRPart2", seenBy: [mia]),
        "therapy": Word(word: "ospreyfold", label: "PSYTHPN", seenBy: []),
        "shared": Word(word: "wintermoss", label: nil, seenBy: [odalys, tobias]),
        "unshared": Word(word: "copperdale", label: nil, seenBy: [odalys]),
        "private": Word(word: "hollybrack", label: "PSY", seenBy: [odalys]),
    ]

    let records: Records
    let care: CareContent
    let now: Int64

    private static let itself = Caller.system("demo")
    private static let year: Int64 = 365 * 86_400_000

    /// - Parameter staff: who invites.
    /// - Returns: accounts, whose they are, and their passwords.
    /// - Throws: what the verbs and the invitations throw.
    func play(_ staff: Caller) async throws -> [(account: String, whose: String, password: String)] {
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now))
        let miaBorn = today.adding(months: -(15 * 12 + 3))
        let odalysBorn = today.adding(months: -(71 * 12 + 5))
        try await people(mia: miaBorn, odalys: odalysBorn)
        var accounts: [(account: String, whose: String, password: String)] = []
        func add(_ who: String, of person: String, as caller: Caller, born: CalendarDay, _ id: String, _ whose: String)
            async throws -> Account
        {
            let ways = Invitations(records: records, accounts: Accounts(records: records))
            let given = try await ways.invite(who, of: person, as: caller, at: now)
            let password = Self.password()
            accounts.append((id, whose, password))
            return try await ways.accept(
                Invitations.Answer(
                    token: given.token, birth: [born], code: given.code, account: id, password: password), at: now)
        }
        let (minors, shares, now) = (records.policy.ages, care.shares, now)
        let parent = try await records.write(as: staff, at: now) { change in
            try NameRepresentative(
                person: "family-mia", name: "Rosa Castellanos", relation: .parent, proof: minors.proofs.first?.code,
                again: false, recorder: staff.practitioner
            ).perform(in: change, minors).reference
        }
        _ = try await add(parent, of: "family-mia", as: staff, born: miaBorn, Self.rosa, "parent of Mia, 15")
        _ = try await add("Patient/family-mia", of: "family-mia", as: staff, born: miaBorn, Self.mia, "Mia, 15")
        let odalys = try await add(
            "Patient/family-odalys", of: "family-odalys", as: staff, born: odalysBorn, Self.odalys, "Odalys, 71")
        let son = try await records.write(as: odalys.caller, at: now) { change in
            try ShareRecord(
                person: "family-odalys", name: "Tobias Brenner", relation: "son", shares: ["medicines"],
                until: now + Self.year
            ).perform(in: change, shares).reference
        }
        _ = try await add(
            son, of: "family-odalys", as: odalys.caller, born: odalysBorn, Self.tobias, "son of Odalys, sees medicines")
        return accounts
    }

    private func people(mia: CalendarDay, odalys: CalendarDay) async throws {
        let icd = "http://hl7.org/fhir/sid/icd-10-cm"
        var all: [JSON] = [
            Self.patient("family-mia", "Mia", "Castellanos", "female", mia),
            Self.patient("family-odalys", "Odalys", "Brenner", "female", odalys),
        ]
        func problem(_ key: String, of person: String, _ text: String, _ code: String) {
            guard let planted = Self.words[key] else {
                return
            }
            // SEX and PSY are found by the code; the others are said.
            let isSaid = planted.label.map { !["SEX", "PSY"].contains($0) } ?? false
            let label = isSaid ? planted.label.flatMap { records.policy.labels.label($0) } : nil
            all.append(
                .compact([
                    "resourceType": "Condition", "id": .string("\(person)-\(key)"),
                    "meta": label.map { ["security": [$0.coding]] },
                    "clinicalStatus": [
                        "coding": [
                            ["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]
                        ]
                    ],
                    "category": [
                        [
                            "coding": [
                                [
                                    "system": "http://terminology.hl7.org/CodeSystem/condition-category",
                                    "code": "problem-list-item",
                                ]
                            ]
                        ]
                    ],
                    "subject": ["reference": .string("Patient/\(person)")],
                    "code": [
                        "coding": [["system": .string(icd), "code": .string(code)]],
                        "text": .string("\(text), \(planted.word)"),
                    ],
                ]))
        }
        func medicine(_ key: String, of person: String, _ text: String) {
            guard let planted = Self.words[key] else {
                return
            }
            all.append([
                "resourceType": "MedicationRequest", "id": .string("\(person)-\(key)"), "status": "active",
                "intent": "order", "subject": ["reference": .string("Patient/\(person)")],
                "medicationCodeableConcept": ["text": .string("\(text) \(planted.word)")],
                "authoredOn": .string(FHIRDate.instant(now)),
            ])
        }
        problem("plain", of: "family-mia", "Asthma", "J45.20")
        medicine("medicine", of: "family-mia", "Albuterol inhaler")
        problem("sex", of: "family-mia", "Chlamydia infection", "A56.02")
        problem("mood", of: "family-mia", "Bulimia nervosa", "F50.2")
        problem("confidential", of: "family-mia", "Talk about trouble at home", "Z71.89")
        problem("part2", of: "family-mia", "Treatment programme", "Z71.89")
        problem("therapy", of: "family-mia", "Note of a therapy hour", "Z71.89")
        medicine("shared", of: "family-odalys", "Metformin")
        problem("unshared", of: "family-odalys", "Diabetes", "E11.9")
        problem("private", of: "family-odalys", "Bipolar disorder", "F31.9")
        let resources = all
        try await records.write(as: Self.itself, at: now) { change in
            for resource in resources {
                _ = try change.update(resource, ifVersion: nil)
            }
        }
    }

    private static func patient(
        _ id: String, _ given: String, _ family: String, _ sex: String, _ born: CalendarDay
    ) -> JSON {
        [
            "resourceType": "Patient", "id": .string(id), "active": true,
            "name": [["use": "official", "family": .string(family), "given": [.string(given)]]],
            "gender": .string(sex), "birthDate": .string(born.text),
        ]
    }

    /// Four groups of letters and digits that are not mistaken for each other.
    private static func password() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        return (0..<4).map { _ in String((0..<5).map { _ in letters.randomElement() ?? "x" }) }.joined(separator: "-")
    }
}
