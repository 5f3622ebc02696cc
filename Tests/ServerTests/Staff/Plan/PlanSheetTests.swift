import Access
import Care
import FHIR
import Records
import TestSupport
import Testing

@testable import Server

/// What the packs say, on the page of the plan and on the sheet for the refrigerator door.
struct PlanSheetTests {
    /// A person with heart failure and a goal of the pack, and the cookie of somebody who may see the plan.
    private func desk(language: String?, goal words: String? = nil) async throws -> (StaffDesk, String) {
        let desk = try await StaffDesk.open()
        let patient: JSON = .compact([
            "resourceType": "Patient", "name": [["given": ["Rosa"], "family": "Diaz"]], "birthDate": "1950-02-03",
            "communication": language.map { [["language": ["coding": [["code": .string($0)]]], "preferred": true]] },
        ])
        try await desk.scratch.put(patient, id: "rosa")
        try await desk.scratch.put(
            [
                "resourceType": "Condition", "subject": ["reference": "Patient/rosa"],
                "clinicalStatus": [
                    "coding": [
                        ["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]
                    ]
                ],
                "code": [
                    "coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"]],
                    "text": "Heart failure",
                ],
            ], id: "heart")
        let day = CalendarDay(daysSinceEpoch: FHIRDate.days(ScratchRecords.now))
        let library = desk.services.care.plans
        try await desk.scratch.records.write(as: desk.scratch.caller, at: ScratchRecords.now) { change in
            try AddFromLibrary(
                person: "rosa", version: 0,
                items: ["heart-failure.goal.dry-weight", "heart-failure.step.salt", "heart-failure.step.check-in"],
                library: library, today: day, endOfDay: { FHIRDate.millis($0) + 86_399_999 }
            ).perform(in: change)
            guard let words else {
                return
            }
            for goal in try change.reader.person("rosa", ["Goal"]).all("Goal") {
                var json = goal.value
                json["description"] = ["text": .string(words)]
                try change.update(json, ifVersion: goal.version)
            }
        }
        return (desk, try await desk.signIn("sue", [.supervisor]))
    }

    @Test func `the plan shows the lights in words, self-care, contacts and what is followed`() async throws {
        let (desk, cookie) = try await desk(language: nil)
        try await desk.run { ask in
            let page = try await ask("/people/rosa/plan", cookie)
            #expect(page.status == 200)
            for words in [
                "Heart failure: warning signs and self-care", "Green: I am doing well", "Yellow: I call today",
                "Red: I get help now", "Call 911.", "Weigh each morning. Write it down.",
                "nurse, first within 3 days, every 7 days for 56 days, then every 30 days", "Body weight every 1 day",
            ] { #expect(page.text.contains(words), "\(words)") }
            #expect(!page.text.contains("Asthma (children)"))
        }
    }

    @Test func `the sheet is in English for who speaks no other language that packs have`() async throws {
        let (desk, cookie) = try await desk(language: "vi")
        try await desk.run { ask in
            let sheet = try await ask("/people/rosa/plan/print", cookie)
            #expect(sheet.text.contains("<html lang=\"en\""))
            for words in ["My goals", "Yellow: I call today", "Your legs or belly swell.", "Eat less salt. Taste food"]
            {
                #expect(sheet.text.contains(words), "\(words)")
            }
            #expect(sheet.text.contains("href=\"/people/rosa/plan/print?lang=es\""))
        }
    }

    @Test func `the sheet is in Spanish for who speaks Spanish, and in English when that is asked for`() async throws {
        let (desk, cookie) = try await desk(language: "es-US")
        try await desk.run { ask in
            let sheet = try await ask("/people/rosa/plan/print", cookie)
            #expect(sheet.text.contains("<html lang=\"es\""))
            for words in [
                "Mis metas", "Quiero respirar bien para hacer lo que me importa.", "Amarillo: llamo hoy",
                "Llame al 911.", "Coma menos sal. Pruebe la comida", "Lo que hago yo",
            ] { #expect(sheet.text.contains(words), "\(words)") }
            #expect(!sheet.text.contains("I want to breathe"))
            let other = try await ask("/people/rosa/plan/print?lang=en", cookie)
            #expect(other.text.contains("My goals") && !other.text.contains("Mis metas"))
        }
    }

    @Test func `the person's own words are never translated`() async throws {
        let (desk, cookie) = try await desk(language: "es", goal: "I want to hold Ana")
        try await desk.run { ask in
            let sheet = try await ask("/people/rosa/plan/print", cookie)
            #expect(sheet.text.contains("I want to hold Ana") && sheet.text.contains("Mis metas"))
        }
    }
}
