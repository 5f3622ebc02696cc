import Care
import Records

/// The filters and the order of the panel, as they stand in an address.
struct PanelForm {
    let form: Form
    /// Nothing was chosen: the page decides whose people it shows first.
    var isBare: Bool { form["owner"] == nil }

    init(_ form: Form) {
        self.form = form
    }

    /// What the panel is asked for. Mine is the reference of the one who looks; what cannot be read counts as not
    /// chosen.
    func query(mine: String?) -> PanelQuery {
        var query = PanelQuery()
        query.tier = form["tier"].flatMap(Tier.init(name:))
        query.programme = form["programme"].map { $0 == "none" ? "" : $0 }
        switch form["owner"] {
        case "nobody": query.owner = .nobody
        case "mine": query.owner = mine.map { .one($0) } ?? .anyone
        case let owner? where owner != "anyone" && owner.utf8.count <= 80: query.owner = .one("Practitioner/\(owner)")
        default: query.owner = .anyone
        }
        query.quietDays = form["quiet"].flatMap { Int($0) }.flatMap { (1...3_650).contains($0) ? $0 : nil }
        query.gap = form["gap"].flatMap(PanelGap.init)
        query.text = form["text"].map { String($0.prefix(100)) }
        query.isGone = form["who"] == "gone"
        query.sort = form["sort"].flatMap(PanelQuery.Sort.init) ?? .risk
        query.isDescending = form["order"].map { $0 == "down" } ?? query.sort.isDescendingFirst
        query.after = form["after"]
        query.before = query.after == nil ? form["before"] : nil
        return query
    }

    /// The same filters at another place or in another order.
    func address(_ change: (inout Form) -> Void) -> String {
        var next = Form(form.fields.filter { Self.kept.contains($0.name) && !$0.value.trimmed.isEmpty })
        change(&next)
        return next.fields.isEmpty ? "/panel" : "/panel?\(next.encoded)"
    }

    private static let kept: Set<String> = [
        "tier", "programme", "owner", "quiet", "gap", "text", "who", "sort", "order",
    ]
    static let filters: Set<String> = ["tier", "programme", "owner", "quiet", "gap", "text", "who"]
}
