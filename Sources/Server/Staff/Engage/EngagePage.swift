import Hummingbird

struct EngagePage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
