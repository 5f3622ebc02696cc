import Access
import Care
import Content
import FHIR
import Foundation
import Records

/// The database and the content, as far as they can be looked at beside a running server.
struct RecordFindings {
    let place: Records.Place
    let folder: URL

    func all() async -> [Finding] {
        await database() + content()
    }

    private func database() async -> [Finding] {
        let found: DatabaseExamination
        do {
            found = try await DatabaseExamination.run(place)
        } catch DatabaseExamination.Failure.none {
            return [.look("There are no records yet.", "almoner serve --data \(folder.path)")]
        } catch {
            return [.fault("The database cannot be read: \(error)")]
        }
        var all: [Finding] = []
        if found.schema == found.expected || found.schema == 0 {
            all.append(.well("\(found.program), tables of version \(found.schema)."))
        } else if found.schema < found.expected {
            all.append(
                .look(
                    "The tables have version \(found.schema); this program brings them to \(found.expected) when it starts.",
                    "Copy the data first, then start the server."))
        } else {
            all.append(
                .fault(
                    "The tables have version \(found.schema): they belong to a newer program than this, which knows "
                        + "\(found.expected).", "Run the newer program."))
        }
        all += found.faults.map { .fault("The database is damaged: \($0)", "Stop the server and go back to a copy.") }
        if found.faults.isEmpty {
            all.append(.well("The database finds no damage in itself."))
        }
        all += found.settings.map { name, value, ought in
            name == "data_checksums"
                ? .look("PostgreSQL keeps no checksums of its pages.", "pg_checksums --enable, with the server stopped")
                : .fault(
                    "PostgreSQL runs with \(name) = \(value): saved records can be lost.",
                    "ALTER SYSTEM SET \(name) = \(ought); SELECT pg_reload_conf()")
        }
        if found.isOpenOnTheLine {
            all.append(
                .fault(
                    "What goes between here and PostgreSQL can be read on the line.",
                    "Add ?sslmode=verify-full to ALMONER_DATABASE"))
        }
        return all
    }

    private func content() -> [Finding] {
        do {
            let content = Content(folder: folder.appending(path: "content"))
            let definitions = try CareContent.definitions(content)
            _ = try CareContent(content: content)
            let problems = try Policy(content: content).problems(types: definitions.resourceTypes)
            return problems.isEmpty
                ? [.well("Roles, labels, programmes, plans and instruments can be read.")]
                : problems.map { .fault("Roles: \($0)", "Mend the file in \(folder.path)/content/roles") }
        } catch {
            return [.fault("The content cannot be used: \(error)", "Mend that file in \(folder.path)/content")]
        }
    }
}
