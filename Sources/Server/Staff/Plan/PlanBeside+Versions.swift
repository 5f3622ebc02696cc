import Access
import Care
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Every version of a plan, and what two of them differ in.
extension PlanBeside {
    private static let mostListed = 40

    func versions(_ request: Request, _ context: StaffContext) async throws -> Response {
        let seen = try await look(context)
        let query = Form.query(of: request)
        let moments = seen.versions.moments
        let to = query["to"].flatMap { Int64($0) }.flatMap(seen.versions.version) ?? moments.last
        let from =
            query["from"].flatMap { Int64($0) }.flatMap(seen.versions.version)
            ?? to.flatMap { to in moments.last { $0 < to } }
        var sections: [PlanSections.Section] = []
        let choices = moments.reversed().map { (String($0), name($0)) }
        var list = PlanSections.Section(id: "list", title: "Versions", tag: String(moments.count))
        list.none = moments.isEmpty ? "There is no plan yet." : nil
        if let from, let to {
            let names = try await StaffNames.read(services, try context.caller())
            sections.append(comparison(seen, names, from: from, to: to, choices))
        }
        for moment in moments.reversed().prefix(Self.mostListed) {
            let before = moments.last { $0 < moment }
            let what = before.map {
                ComparePlans.differences(from: seen.versions.picture(at: $0), to: seen.versions.picture(at: moment))
            }
            let who = try await author(seen.versions.cause(of: moment))
            let text = what.map { $0.isEmpty ? "Saved without a change" : Self.words($0) } ?? "The plan was begun"
            list.lines.append(
                PlanSections.Line(
                    text: name(moment), detail: "\(who). \(text)",
                    href: before.map { "/people/\(seen.record.id)/plan/versions?from=\($0)&to=\(moment)" }))
        }
        sections.append(list)
        return try page(
            seen, "Versions", context, sections,
            intro: "A version is named by the day and time at which a part of the plan or a medicine changed.")
    }

    private func author(_ cause: Resource?) async throws -> String {
        guard let cause, let author = try await services.records.author(of: cause) else {
            return "Came with records"
        }
        return author.name
    }

    private func comparison(
        _ seen: Seen, _ names: StaffNames, from: Int64, to: Int64, _ choices: [(String, String)]
    ) -> PlanSections.Section {
        let differences = ComparePlans.differences(
            from: seen.versions.picture(at: from), to: seen.versions.picture(at: to))
        var section = PlanSections.Section(
            id: "compare", title: "From \(name(from)) to \(name(to))", tag: Words.count(differences.count, "difference")
        )
        section.none = differences.isEmpty ? "Nothing differs." : nil
        if !differences.isEmpty {
            section.table = PlanSections.Table(
                caption: "What differs", heads: ["What", "Before", "After"],
                rows: differences.flatMap { difference in
                    difference.fields.map { field in
                        let title =
                            field.before == difference.title || field.after == difference.title
                            ? "" : " “\(difference.title)”"
                        return PlanSections.Table.Row(
                            head: "\(difference.part) \(difference.kind.words)\(title): \(field.name)",
                            cells: [field.before, field.after].map { $0.isEmpty ? "–" : names.name($0) ?? $0 })
                    }
                })
        }
        return section
    }
}
