import Hummingbird

struct TransitionsPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
