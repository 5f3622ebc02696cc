import Hummingbird

struct UsersPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
