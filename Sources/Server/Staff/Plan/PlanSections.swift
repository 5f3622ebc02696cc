import Care

/// A page beside the plan, made of sections: the fields of `plan-sections.mustache`.
struct PlanSections {
    struct Block {
        let title: String
        var open = false
        let form: FormModel
    }

    struct Line {
        let text: String
        var detail: String?
        var tag: String?
        var tone = "note"
        var href: String?
        var forms: [Block] = []
    }

    struct Table {
        struct Row {
            let head: String
            let cells: [String]
        }

        struct Cell {
            /// The head of its column, for where the table is folded.
            let label: String
            let text: String
        }

        struct Line {
            let head: String
            let cells: [Cell]
        }

        let caption: String
        let heads: [String]
        let lines: [Line]

        init(caption: String, heads: [String], rows: [Row]) {
            self.caption = caption
            self.heads = heads
            lines = rows.map { row in
                Line(head: row.head, cells: zip(heads.dropFirst(), row.cells).map { Cell(label: $0, text: $1) })
            }
        }
    }

    struct Section {
        let id: String
        let title: String
        var tag: String?
        var tone = "note"
        var intro: String?
        var none: String?
        var lines: [Line] = []
        var table: Table?
        var forms: [Block] = []
    }

    struct Link {
        let text: String
        let href: String
    }

    let page: PageFrame
    let banner: PatientBanner
    let planHref: String
    let trail: String
    let intro: String?
    let links: [Link]
    let sections: [Section]

    /// The pages beside a person's plan.
    static func links(_ person: String) -> [Link] {
        [
            ("Team", "team"), ("Signed, agreed, copies", "copies"), ("Versions", "versions"),
            ("What does not fit", "conflicts"),
            ("What programmes ask", "elements"), ("Proposals", "proposals"),
            ("Protocols", "protocols"),
        ].map { Link(text: $0.0, href: "/people/\(person)/plan/\($0.1)") }
    }
}

extension PlanSections.Block {
    /// A form with what is the matter with it, open when something is.
    init(_ title: String, _ form: FormModel, _ problems: FormProblems?, isOpen: Bool = false) {
        var form = form
        form.fields = form.fields.with((problems?.all ?? []).map { (field: $0.field, message: $0.message) })
        self.init(title: title, open: isOpen || problems != nil, form: form)
    }
}
