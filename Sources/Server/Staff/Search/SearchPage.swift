import Hummingbird

struct SearchPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
