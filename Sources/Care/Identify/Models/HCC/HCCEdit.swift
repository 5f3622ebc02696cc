/// An age or sex rule of CMS that drops a diagnosis or moves it to another category.
struct HCCEdit: Sendable {
    let sex: AdministrativeSex?
    let atLeast: Int?
    let atMost: Int?
    /// Nil: the diagnosis does not count.
    let instead: CategorySet?

    func applies(age: Int, sex: AdministrativeSex) -> Bool {
        if let wanted = self.sex, wanted == sex { return true }
        if let atLeast, age >= atLeast { return true }
        if let atMost, age <= atMost { return true }
        return false
    }

    var reason: String {
        var when: [String] = []
        if let sex { when.append("for \(sex == .female ? "women" : "men")") }
        if let atMost { when.append("at \(atMost) or younger") }
        if let atLeast { when.append("at \(atLeast) or older") }
        return "age/sex edit: not counted " + when.joined(separator: ", ")
    }
}
