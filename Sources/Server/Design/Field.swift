/// One question of a form: the fields of `parts/field.mustache`. Exactly one kind is set, by the maker that is used.
struct Field {
    struct Option {
        let id: String
        let value: String
        let text: String
        let on: Bool
        var more: String?
    }

    var id: String
    var name: String
    var label: String
    var hint: String?
    var error: String?
    var value: String?
    var optional = false
    var required = false
    var known: String?
    /// The name of a box that says that what is known is right.
    var confirm: String?
    var confirmed = false
    var line = false
    var type = "text"
    var area = false
    var rows: String?
    var select = false
    var radios = false
    var across = false
    var checks = false
    var check = false
    var checked = false
    var info = false
    var press = false
    /// A file to be chosen, under those that are there; ``several`` lets one choose more.
    var file = false
    var several = false
    var files: [ShownFile] = []
    /// What a file that is there may be: `image/png`.
    var accept: String?
    /// What is said beside a file that is taken out.
    var takeOut: String?
    var readonly = false
    var short = false
    var unit: String?
    /// The language of label and choices, when it is not that of the page.
    var lang: String?
    var autocomplete: String?
    var inputmode: String?
    var min: String?
    var max: String?
    var step: String?
    var maxlength: String?
    var options: [Option] = []

    private init(_ name: String, _ label: String) {
        id = name
        self.name = name
        self.label = label
    }

    static func line(_ name: String, _ label: String, value: String? = nil, type: String = "text") -> Field {
        var field = Field(name, label)
        field.line = true
        field.type = type
        field.value = value.flatMap { $0.isEmpty ? nil : $0 }
        return field
    }

    static func area(_ name: String, _ label: String, value: String? = nil, rows: Int = 4) -> Field {
        var field = Field(name, label)
        field.area = true
        field.rows = String(rows)
        field.value = value.flatMap { $0.isEmpty ? nil : $0 }
        return field
    }

    /// A list to choose one from; each choice is a value and its words.
    static func select(_ name: String, _ label: String, _ choices: [(String, String)], chosen: String?) -> Field {
        var field = Field(name, label)
        field.select = true
        field.options = options(name, choices, [chosen ?? ""])
        return field
    }

    static func radios(_ name: String, _ label: String, _ choices: [(String, String)], chosen: String?) -> Field {
        var field = Field(name, label)
        field.radios = true
        field.options = options(name, choices, [chosen].compactMap { $0 })
        return field
    }

    static func checks(_ name: String, _ label: String, _ choices: [(String, String)], chosen: [String]) -> Field {
        var field = Field(name, label)
        field.checks = true
        field.options = options(name, choices, chosen)
        return field
    }

    static func check(_ name: String, _ label: String, isOn: Bool) -> Field {
        var field = Field(name, label)
        field.check = true
        field.checked = isOn
        field.value = "yes"
        return field
    }

    /// A button of the form that sends `do` with this value; `of` says to which part it belongs.
    static func press(_ value: String, _ label: String, of part: String) -> Field {
        var field = Field("do", label)
        field.press = true
        field.id = "press-\(value)"
        field.value = value
        field.hint = part
        return field
    }

    /// A file to be chosen.
    static func file(
        _ name: String, _ label: String, standing: [ShownFile], accept: [String], several: Bool, takeOut: String
    ) -> Field {
        var field = Field(name, label)
        field.file = true
        field.files = standing
        field.accept = accept.joined(separator: ",")
        field.several = several
        field.takeOut = takeOut
        return field
    }

    static func info(_ name: String, _ words: String) -> Field {
        var field = Field(name, words)
        field.info = true
        return field
    }

    /// The same question with a few settings changed.
    func with(_ change: (inout Field) -> Void) -> Field {
        var copy = self
        change(&copy)
        return copy
    }

    private static func options(_ name: String, _ choices: [(String, String)], _ chosen: [String]) -> [Option] {
        choices.enumerated().map { place, choice in
            Option(id: "\(name)-\(place)", value: choice.0, text: choice.1, on: chosen.contains(choice.0))
        }
    }
}
