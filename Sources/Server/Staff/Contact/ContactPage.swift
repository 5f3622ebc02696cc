import Hummingbird

struct ContactPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
