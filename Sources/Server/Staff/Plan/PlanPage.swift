import Hummingbird

struct PlanPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
