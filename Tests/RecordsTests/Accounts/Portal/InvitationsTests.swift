import Access
import FHIR
import Records
import TestSupport
import Testing

struct InvitationsTests {
    private static let now = ScratchRecords.now
    private static let born = [CalendarDay("1948-03-14")].compactMap(\.self)

    private struct Desk {
        let scratch: ScratchRecords
        let accounts: Accounts
        let invitations: Invitations

        func answer(_ given: Invitations.Given) -> Invitations.Answer {
            Invitations.Answer(
                token: given.token, birth: InvitationsTests.born, code: given.code, account: "delores",
                password: "walks to the church")
        }

        func invite(at now: Int64 = InvitationsTests.now) async throws -> Invitations.Given {
            try await invitations.invite("Patient/dee", of: "dee", as: scratch.caller, at: now)
        }
    }

    private func open(_ engine: TestEngine) async throws -> Desk {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(
            [
                "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Delores"]]],
                "birthDate": "1948-03-14",
            ], id: "dee")
        let accounts = Accounts(records: scratch.records)
        return Desk(
            scratch: scratch, accounts: accounts,
            invitations: Invitations(records: scratch.records, accounts: accounts))
    }

    @Test(arguments: Engines.all) func `link, birth date and code open one account, once`(engine: TestEngine)
        async throws
    {
        let desk = try await open(engine)
        let given = try await desk.invite()
        #expect(given.token.count == 43 && given.code.count == 6)
        let account = try await desk.invitations.accept(desk.answer(given), at: Self.now)
        #expect(account.caller.ownPerson == "dee")
        #expect(account.roles == [.patient] && account.name == "Delores Whitfield" && !account.mustChangePassword)
        #expect(
            try await desk.accounts.signIn("delores", password: "walks to the church", at: Self.now).id == "delores")
        await #expect(throws: InvitationFailure.refused) {
            try await desk.invitations.accept(desk.answer(given), at: Self.now)
        }
        // Whoever runs the installation does not learn who is cared for.
        #expect(try await !desk.accounts.all(as: desk.scratch.caller).contains { $0.id == "delores" })
    }

    @Test(arguments: Engines.all) func `what is wrong and what is unknown get one answer`(engine: TestEngine)
        async throws
    {
        let desk = try await open(engine)
        let given = try await desk.invite()
        var wrong: [Invitations.Answer] = [desk.answer(given), desk.answer(given), desk.answer(given)]
        wrong[0].token = String(given.token.reversed())
        wrong[1].code = given.code == "000000" ? "000001" : "000000"
        wrong[2].birth = [CalendarDay("1948-03-15")].compactMap(\.self)
        for answer in wrong {
            await #expect(throws: InvitationFailure.refused) {
                try await desk.invitations.accept(answer, at: Self.now)
            }
        }
        // Seven days later it is over.
        await #expect(throws: InvitationFailure.refused) {
            try await desk.invitations.accept(desk.answer(given), at: given.until)
        }
        #expect(try await desk.invitations.accept(desk.answer(given), at: given.until - 1).id == "delores")
    }

    @Test(arguments: Engines.all) func `after five wrong answers it is dead`(engine: TestEngine) async throws {
        let desk = try await open(engine)
        let given = try await desk.invite()
        var wrong = desk.answer(given)
        wrong.birth = []
        for _ in 0..<5 {
            await #expect(throws: InvitationFailure.refused) {
                try await desk.invitations.accept(wrong, at: Self.now)
            }
        }
        await #expect(throws: InvitationFailure.refused) {
            try await desk.invitations.accept(desk.answer(given), at: Self.now)
        }
        #expect(try await desk.invitations.open(of: "dee", as: desk.scratch.caller, at: Self.now).isEmpty)
    }

    @Test(arguments: Engines.all) func `a name or password that will not do costs no try`(engine: TestEngine)
        async throws
    {
        let desk = try await open(engine)
        let given = try await desk.invite()
        _ = try await desk.accounts.create(id: "taken", name: "Sam", roles: [.careManager], as: .system("test"), at: 1)
        var short = desk.answer(given)
        short.password = "short"
        var unfit = desk.answer(given)
        unfit.account = "Delores W"
        var taken = desk.answer(given)
        taken.account = "taken"
        for _ in 0..<3 {
            await #expect(throws: AccountFailure.passwordTooShort) {
                try await desk.invitations.accept(short, at: Self.now)
            }
            await #expect(throws: AccountFailure.nameUnfit) { try await desk.invitations.accept(unfit, at: Self.now) }
            await #expect(throws: AccountFailure.nameTaken) { try await desk.invitations.accept(taken, at: Self.now) }
        }
        #expect(try await desk.invitations.accept(desk.answer(given), at: Self.now).id == "delores")
    }

    @Test(arguments: Engines.all)
    func `a new invitation ends the one before, and its account takes the old one's place`(
        engine: TestEngine
    ) async throws {
        let desk = try await open(engine)
        let first = try await desk.invite()
        let second = try await desk.invite()
        await #expect(throws: InvitationFailure.refused) {
            try await desk.invitations.accept(desk.answer(first), at: Self.now)
        }
        let old = try await desk.invitations.accept(desk.answer(second), at: Self.now)
        let sessions = Sessions(records: desk.scratch.records)
        let token = try await sessions.open(for: old, at: Self.now)
        #expect(try await sessions.find(token, at: Self.now) != nil)
        var again = desk.answer(try await desk.invite())
        again.account = "dee.w"
        #expect(try await desk.invitations.accept(again, at: Self.now).id == "dee.w")
        #expect(try await sessions.find(token, at: Self.now) == nil)
        await #expect(throws: AccountFailure.wrongPassword) {
            try await desk.accounts.signIn("delores", password: "walks to the church", at: Self.now)
        }
    }

    @Test(arguments: Engines.all) func `the account of somebody who has died opens nothing`(engine: TestEngine)
        async throws
    {
        let desk = try await open(engine)
        let account = try await desk.invitations.accept(desk.answer(try await desk.invite()), at: Self.now)
        let sessions = Sessions(records: desk.scratch.records)
        let token = try await sessions.open(for: account, at: Self.now)
        #expect(try await sessions.find(token, at: Self.now) != nil)
        try await desk.scratch.put(
            ["resourceType": "Patient", "birthDate": "1948-03-14", "deceasedDateTime": "2026-11-19"], id: "dee")
        #expect(try await sessions.find(token, at: Self.now) == nil)
    }

    @Test(arguments: Engines.all) func `children, the dead and who was born on an unknown day are not invited`(
        engine: TestEngine
    ) async throws {
        let desk = try await open(engine)
        for (id, more) in [
            ("kid", ["birthDate": "2013-11-21"]), ("gone", ["birthDate": "1940-05-01", "deceasedBoolean": true]),
            ("vague", ["birthDate": "1940"]),
        ] as [(String, JSON)] {
            var patient = more
            patient["resourceType"] = "Patient"
            try await desk.scratch.put(patient, id: id)
            await #expect(throws: InvitationFailure.notOfAge) {
                try await desk.invitations.invite("Patient/\(id)", of: id, as: desk.scratch.caller, at: Self.now)
            }
        }
    }

    @Test(arguments: Engines.all) func `only who has the office invites a person, and only the person invites others`(
        engine: TestEngine
    ) async throws {
        let desk = try await open(engine)
        try await desk.scratch.put(
            ["resourceType": "RelatedPerson", "patient": ["reference": "Patient/dee"]], id: "anna")
        try await desk.scratch.put(
            ["resourceType": "RelatedPerson", "patient": ["reference": "Patient/sam"]], id: "foreign")
        let own = Caller(account: "delores", name: "D", roles: [.patient], practitioner: "Patient/dee")
        let desks: [Caller] = [
            own, Caller(account: "ada", name: "A", roles: [.administrator], practitioner: "Practitioner/ada"),
        ]
        for caller in desks {
            await #expect(throws: AccountFailure.forbidden) {
                try await desk.invitations.invite("Patient/dee", of: "dee", as: caller, at: Self.now)
            }
        }
        await #expect(throws: AccountFailure.forbidden) {
            try await desk.invitations.invite("RelatedPerson/anna", of: "dee", as: desk.scratch.caller, at: Self.now)
        }
        await #expect(throws: RecordsFailure.self) {
            try await desk.invitations.invite("RelatedPerson/foreign", of: "dee", as: own, at: Self.now)
        }
        let given = try await desk.invitations.invite("RelatedPerson/anna", of: "dee", as: own, at: Self.now)
        // Nothing is shared with her: the way in is closed although link, date and code are right.
        await #expect(throws: InvitationFailure.refused) {
            try await desk.invitations.accept(desk.answer(given), at: Self.now)
        }
    }
}
