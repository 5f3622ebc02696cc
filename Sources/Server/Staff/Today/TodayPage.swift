import Hummingbird

struct TodayPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
