extension FHIRPath {
    /// The names of the variables that stand in the expression, `%today` as `today`: what has to be known before it is
    /// evaluated.
    package var variables: Set<String> {
        var names: Set<String> = []
        node.addVariables(to: &names)
        return names
    }
}

extension PathNode {
    fileprivate func addVariables(to names: inout Set<String>) {
        switch self {
        case .literal, .empty, .this, .index, .total: return
        case .variable(let name): names.insert(name)
        case .chain(let base, let steps):
            base?.addVariables(to: &names)
            for step in steps {
                switch step {
                case .member: continue
                case .item(let node): node.addVariables(to: &names)
                case .call(let call):
                    for argument in call.arguments {
                        argument.addVariables(to: &names)
                    }
                }
            }
        case .sign(_, let operand): operand.addVariables(to: &names)
        case .operation(let first, let operands):
            first.addVariables(to: &names)
            for operand in operands {
                operand.value.addVariables(to: &names)
            }
        case .typeTest(let first, _): first.addVariables(to: &names)
        }
    }
}
