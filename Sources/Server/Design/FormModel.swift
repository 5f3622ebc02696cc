/// One form of a page: the fields of `parts/form.mustache`.
struct FormModel {
    struct Hidden {
        let name: String
        let value: String
    }

    /// Where it posts.
    var action: String
    /// The version that was read, for a form that edits something.
    var version: String?
    var hidden: [Hidden] = []
    var intro: String?
    var fields: [Field] = []
    /// The words on the button.
    var submit: String
    /// The button ends or removes something.
    var grave = false
    /// Files go along.
    var files = false
    /// Where to go back to.
    var cancel: String?

    init(
        _ action: String, submit: String, version: Int? = nil, hidden: [(String, String)] = [], intro: String? = nil,
        fields: [Field] = [], grave: Bool = false, cancel: String? = nil
    ) {
        self.action = action
        self.version = version.map(String.init)
        self.hidden = hidden.map { Hidden(name: $0.0, value: $0.1) }
        self.intro = intro
        self.fields = fields
        self.submit = submit
        self.grave = grave
        self.cancel = cancel
    }

    /// The same form with a few settings changed.
    func with(_ change: (inout FormModel) -> Void) -> FormModel {
        var copy = self
        change(&copy)
        return copy
    }
}

extension [Field] {
    /// The same questions, each with what is the matter with its answer.
    func with(_ problems: [(field: String, message: String)]) -> [Field] {
        map { field in
            let message = problems.first { $0.field == field.name }?.message
            return field.with { $0.error = message ?? $0.error }
        }
    }
}
