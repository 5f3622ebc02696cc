package import Content

/// The roles of the site. Content/roles
package struct RoleLibrary: Sendable {
    /// By their names.
    package let all: [RolePolicy]
    private let byRole: [Role: RolePolicy]
    /// When the rules hold that do not always do so, role by role.
    let timed: [RuleTime]

    /// No roles: nobody but the product itself may do anything.
    package static let none = RoleLibrary([])

    init(_ all: [RolePolicy]) {
        self.all = all.sorted { $0.title < $1.title }
        timed = self.all.flatMap { $0.rules.compactMap(\.when) }
        byRole = Dictionary(all.map { ($0.role, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Loads every file of Content/roles.
    /// - Throws: ``AccessContentFailure`` for the first file that is wrong.
    package init(content: Content, labels: LabelLibrary, minors: MinorRules) throws(AccessContentFailure) {
        var all: [RolePolicy] = []
        for code in minors.keptFromParents + minors.endings.compactMap(\.label) where labels.label(code) == nil {
            throw AccessContentFailure(
                file: MinorRules.file, problem: "\"\(code)\" is not a label of labels/labels.yaml")
        }
        let fields = ReadFields(names: ElementNames(content: content))
        for file in content.files(under: "roles/") where file.hasSuffix(".yaml") {
            do {
                let role = try RolePolicy(
                    root: ContentField(root: YAML.parse(content.file(file) ?? [])), labels: labels, minors: minors,
                    fields: fields)
                guard !all.contains(where: { $0.role == role.role }) else {
                    throw ContentProblem(place: "role", problem: "another file has this name")
                }
                all.append(role)
            } catch {
                throw AccessContentFailure(file: file, problem: "\(error)")
            }
        }
        self.init(all)
    }

    package subscript(role: Role) -> RolePolicy? { byRole[role] }

    /// The roles that an account of the staff can have, by their titles.
    package var forAccounts: [RolePolicy] { all.filter { $0.given == .staff } }

    /// What a person reads for a role.
    package func title(_ role: Role) -> String { byRole[role]?.title ?? role.rawValue }

    /// What people read for some roles.
    package func titles(_ roles: Set<Role>) -> String { roles.map(title).sorted().joined(separator: ", ") }
}
