import Hummingbird

struct OutcomesPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
