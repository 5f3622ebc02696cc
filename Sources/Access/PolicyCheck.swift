package import FHIR

/// Asked when the server starts: a rule that names what does not exist, or a type that no rule speaks of, is a mistake
/// that has to be seen before anybody is let in or kept out by it.
extension Policy {
    /// What is wrong, in plain words; empty when all is well.
    package func problems(definitions: Definitions) -> [String] {
        problems(types: definitions.resourceTypes) + closedOwners(definitions)
    }

    /// Whose record it is decides who sees it: no rule can leave that out.
    private func closedOwners(_ definitions: Definitions) -> [String] {
        var found: [String] = []
        for role in roles.all {
            for rule in role.rules {
                for (name, closed) in rule.closed.sorted(by: { $0.key < $1.key }) {
                    let type = definitions.number(ofType: name) ?? -1
                    let codes = Set(["patient", "subject"] + definitions.patientCompartment(type))
                    let owners = codes.compactMap { definitions.searchParameter(type, $0)?.number }
                    if owners.flatMap(definitions.pathsRead).contains(where: closed.touches) {
                        found.append(
                            "The role \(role.role.rawValue), rule \(rule.id), leaves out whose record a \(name) is.")
                    }
                }
            }
        }
        return found
    }

    /// - Parameter types: the resource types of FHIR.
    /// - Returns: what is wrong, in plain words; empty when all is well.
    package func problems(types: [String]) -> [String] {
        let known = Set(types)
        var found: [String] = []
        for role in roles.all {
            for rule in role.rules {
                let named =
                    switch rule.types {
                    case .all(let except): except
                    case .these(let types): types
                    }
                for type in named.subtracting(known).sorted() {
                    found.append("The role \(role.role.rawValue) names “\(type)”, which is no resource type.")
                }
            }
        }
        let rules = roles.forAccounts.flatMap(\.rules)
        for type in types where !rules.contains(where: { $0.allows(.read, on: type) }) {
            found.append("No role may read \(type): say so in Content/roles.")
        }
        for office in Office.allCases where !roles.all.contains(where: { $0.offices.contains(office) }) {
            found.append("No role has the office \(office.rawValue).")
        }
        return found
    }
}
