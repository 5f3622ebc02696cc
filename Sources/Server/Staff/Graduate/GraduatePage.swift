import Hummingbird

struct GraduatePage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
