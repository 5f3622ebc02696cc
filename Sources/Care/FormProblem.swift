/// What a person typed and what is the matter with it, field by field, in plain words.
package struct FormProblems: Error, Sendable, Equatable {
    package struct Problem: Sendable, Equatable {
        /// The name of the field in the form.
        package let field: String
        package let message: String

        package init(_ field: String, _ message: String) {
            self.field = field
            self.message = message
        }
    }

    package var all: [Problem]

    package init(_ all: [Problem]) {
        self.all = all
    }

    package init(_ field: String, _ message: String) {
        all = [Problem(field, message)]
    }

    /// Throws when there is a problem.
    package func check() throws {
        if !all.isEmpty {
            throw self
        }
    }
}

/// A step that the state of things does not allow, in plain words.
package struct NotNow: Error, Sendable, Equatable {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

/// The longest text that a field takes.
package enum TextLimit {
    package static let line = 200
    package static let note = 10_000
}
