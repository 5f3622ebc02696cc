import Access
import Care
import Foundation
import Records

/// What every page shows around its own matter: the fields of `layout.mustache`.
struct PageFrame {
    struct Me {
        let name: String
        let line: String?
    }

    struct NavigationItem {
        let href: String
        let label: String
        let icon: String
        let current: Bool
        let count: String?
    }

    struct Notice {
        let tone: String
        let text: String
        let title: String?

        static func good(_ text: String) -> Notice { Notice(tone: "good", text: text, title: nil) }
        static func wrong(_ text: String) -> Notice { Notice(tone: "now", text: text, title: nil) }
    }

    struct FieldError {
        let field: String
        let message: String
        let href: String
    }

    var lang = "en" { didSet { dir = Self.direction(of: lang) } }
    /// What stands around the page's own matter.
    private(set) var says = FrameWords(.en)
    private(set) var dir = "ltr"
    let title: String
    let design = DesignFiles.prefix
    let csrf: String
    let user: String
    let me: Me?
    private(set) var nav: [NavigationItem]
    var notice: Notice?
    var errors: [FieldError]
    var query: String?
    /// Whether people can be searched for.
    let finds: Bool
    let idleWarn = 780
    let alive = "/alive"

    /// The frame of a page for the person who is signed in; `current` is the address in the rail that this page belongs
    /// to.
    init(
        _ title: String, _ context: StaffContext, current: String = "", notice: Notice? = nil,
        problems: FormProblems? = nil
    ) {
        self.title = title
        csrf = context.session?.csrf ?? ""
        user = context.session?.account.id ?? ""
        me = context.session.map {
            Me(name: $0.account.name, line: $0.titles)
        }
        nav =
            context.session.map { session in
                session.account.isOfPortal
                    ? Self.portal(session.account.caller, current: current)
                    : Self.navigation(for: session.offices, current: current)
            } ?? []
        finds = context.session?.offices.contains(.seePeople) ?? false
        self.notice = notice ?? context.notice.map { .good($0) }
        errors = problems?.all.map { FieldError(field: $0.field, message: $0.message, href: "#\($0.field)") } ?? []
    }

    /// Which way a language is written.
    static func direction(of language: String) -> String {
        Locale.Language(identifier: language).characterDirection == .rightToLeft ? "rtl" : "ltr"
    }

    /// The same around a page of the portal in another language.
    func spoken(_ language: PlanLanguage) -> PageFrame {
        var frame = self
        frame.lang = language.rawValue
        frame.says = FrameWords(language)
        frame.nav = nav.map {
            NavigationItem(
                href: $0.href, label: FrameWords.page($0.label, language), icon: $0.icon, current: $0.current,
                count: $0.count)
        }
        return frame
    }

    /// What whoever has an account in the portal finds there.
    private static func portal(_ caller: Caller, current: String) -> [NavigationItem] {
        let isOwn = caller.ownPerson != nil
        let forms = isOwn || caller.represents["forms"] != nil || caller.child?.minor == .child
        let child = caller.child == nil ? [] : [("/portal/record", "The record", "panel")]
        let own = [
            ("/portal/education", "Health sheets", "done"), ("/portal/looks", "Who has looked", "audit"),
            ("/portal/record", "My record", "panel"),
            ("/portal/corrections", "Corrections", "done"), ("/portal/caregivers", "Who may see it", "users"),
        ]
        let plan = [("/portal/plan", isOwn ? "My plan" : "The plan", "panel")]
        let asked = forms ? [("/portal/forms", "Questions for you", "done")] : []
        return ([("/portal", isOwn ? "My care" : "Care", "today")] + plan + (isOwn ? own : child) + asked).map {
            NavigationItem(href: $0.0, label: $0.1, icon: $0.2, current: $0.0 == current, count: nil)
        }
    }

    private static func navigation(for offices: Set<Policy.Office>, current: String) -> [NavigationItem] {
        var items: [(String, String, String)] = []
        if offices.contains(.seePeople) {
            items += [
                ("/", "Today", "today"), ("/panel", "Panel", "panel"), ("/outreach", "Outreach", "phone"),
                ("/transitions", "Transitions", "transitions"),
            ]
        }
        if offices.contains(.seeReferrals) {
            items.append(("/referrals", "Referrals", "users"))
        } else if offices.contains(.refer) {
            items.append(("/new-referral", "Refer somebody", "users"))
        }
        if offices.contains(.mergePeople) {
            items.append(("/duplicates", "Duplicates", "users"))
            items.append(("/matches", "Messages to match", "users"))
        }
        if offices.contains(.manageCaseloads) {
            items.append(("/caseloads", "Caseloads", "tasks"))
        }
        if offices.contains(.seeOutcomes) {
            items.append(("/outcomes", "Outcomes", "outcomes"))
        }
        if offices.contains(.reviewFiles) {
            items.append(("/review", "File review", "done"))
        }
        if offices.contains(.editContent) {
            items.append(("/forms", "Forms", "panel"))
        }
        if !offices.isDisjoint(with: [.manageAccounts, .manageDutyRoster]) {
            items.append(("/users", "Users", "users"))
        }
        if offices.contains(.seeFeeds) {
            items.append(("/feeds", "Feeds", "transitions"))
        }
        if offices.contains(.manageAccounts) {
            items.append(("/clients", "API clients", "clients"))
        }
        if offices.contains(.seeAccess) {
            items.append(("/access", "Access", "done"))
        }
        if offices.contains(.reviewAccess) {
            items.append(("/glass", "Broken glass", "alert"))
        } else if offices.contains(.breakTheGlass) {
            items.append(("/glass/break", "Break the glass", "alert"))
        }
        if offices.contains(.seeAudit) {
            items.append(("/audit", "Audit", "audit"))
        }
        return items.map {
            NavigationItem(href: $0.0, label: $0.1, icon: $0.2, current: $0.0 == current, count: nil)
        }
    }
}
