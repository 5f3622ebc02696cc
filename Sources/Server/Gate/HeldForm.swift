import HTTPTypes
import Hummingbird
import Records

/// A form that arrived where first something else has to be done: sign in, unlock, prove. What was typed goes along and is
/// then sent again.
struct HeldForm {
    struct Pair {
        let name: String
        let value: String
    }

    struct Line {
        let text: String
    }

    /// The local path that the form was going to.
    let action: String
    let kept: [Pair]
    /// What will be saved, in words.
    var lines: [Line] {
        kept.filter { $0.name != "version" && !$0.value.trimmed.isEmpty }.map { Line(text: $0.value) }
    }

    private static let secrets: Set<String> = ["csrf", "password", "old", "new", "again", "code", "secret"]

    /// A form as it was sent.
    init(_ form: Form, to action: String) {
        self.action = Self.local(action) ?? "/"
        let files = form.files.map(\.name).filter { !$0.isEmpty }
        kept =
            form.fields.filter { !Self.secrets.contains($0.name) }.map { Pair(name: $0.name, value: $0.value) }
            // No page can hand a file back.
            + (files.isEmpty
                ? [] : [Pair(name: "chosen files", value: "To be chosen again: \(files.joined(separator: ", "))")])
    }

    /// A form that was kept on the page before; nil when there was none.
    init?(within form: Form) {
        guard let action = form["repost"].flatMap(Self.local) else {
            return nil
        }
        self.action = action
        kept = form.fields.filter { $0.name.hasPrefix("kept.") }
            .map { Pair(name: String($0.name.dropFirst("kept.".count)), value: $0.value) }
    }

    /// Only a path on this server: a link must not lead elsewhere after sign-in.
    static func local(_ path: String) -> String? {
        let isLocal =
            path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\")
            && path.utf8.allSatisfy { $0 > 32 && $0 != 127 }
        return isLocal ? path : nil
    }
}

extension HeldForm {
    struct Resume {
        let page: PageFrame
        let action: String
        let kept: [Pair]
        let lines: [Line]
    }

    /// What comes after the obstacle: the kept form to be sent by one press, or the page that was asked for.
    static func goOn(_ form: Form, _ title: String, _ context: StaffContext, _ services: Services) throws -> Response {
        guard let kept = HeldForm(within: form) else {
            return .seeOther(form["next"].flatMap(local) ?? "/")
        }
        return try services.pages.response(
            Resume(page: PageFrame(title, context), action: kept.action, kept: kept.kept, lines: kept.lines), "resume")
    }
}
