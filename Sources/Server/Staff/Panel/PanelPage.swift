import Hummingbird

struct PanelPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
