import Care

/// What the page of a person shows: the fields of `patient.mustache`.
struct PatientModel {
    struct Matters {
        let words: String
        let source: String
    }

    struct Next {
        let text: String
        let clock: String?
        let clockTone: String
        let action: String
        let href: String
    }

    struct Row {
        let cells: [String]
    }

    struct Watch {
        let title: String
        let source: String
        let heads: [String]
        let lines: [Row]
    }

    struct Goal {
        let words: String
        let detail: String
        let state: String
        let stateTone: String
        let spark: String?
        let aim: String
        let href: String
    }

    struct Problem {
        let text: String
        let detail: String?
    }

    struct Medicines {
        let reconciled: Bool
        let note: String
        let href: String?
        let lines: [Line]

        struct Line {
            let name: String
            let takes: String
            let reason: String
            let source: String
            let flag: String?
            let flagTone: String
        }
    }

    struct Chart {
        let title: String
        let caption: String
        let svg: String
        let heads: [String]
        let lines: [ChartFigure.Line]
        let latest: String
        let source: String
    }

    struct Risk {
        let tier: String
        let tone: String
        let since: String
        let reasons: [String]
        let scores: [Score]
        let form: FormModel
        /// The form is shown open, with what is the matter in it.
        let open: Bool

        struct Score {
            let name: String
            let result: String
            let version: String
            let drivers: String
            let left: String?
        }
    }

    struct Member {
        let name: String
        let role: String
        let when: String
    }

    struct Loop {
        let text: String
        let detail: String?
        let state: String
        let tone: String
        let href: String
    }

    struct Contact {
        let when: String
        let text: String
        let detail: String?
        let href: String
    }

    struct Enrolment {
        let state: String
        let tone: String
        let detail: String
        let actions: [Action]

        struct Action {
            let text: String
            let href: String
            let main: Bool
        }
    }

    let page: PageFrame
    let banner: PatientBanner
    let died: Bool
    let matters: Matters?
    let now: Next?
    let watch: Watch?
    let goals: [Goal]
    let planHref: String
    let problems: [Problem]
    let barriers: String?
    let medicines: Medicines
    let charts: [Chart]
    let risk: Risk?
    let team: [Member]
    let loops: [Loop]
    let contacts: [Contact]
    let contactsHref: String
    let enrolment: Enrolment
    let minutes: String
    /// Who has looked at the record, for whoever may see the audit.
    var looksHref: String?
    /// Where the person is invited to the portal, for whoever may.
    var portalHref: String?
    var referHref: String?
    var replacedHref: String?
    /// Notes of therapy and counselling, for whoever writes them.
    var notesHref: String?
}
