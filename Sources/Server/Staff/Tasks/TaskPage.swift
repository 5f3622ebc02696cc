import Hummingbird

struct TaskPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
