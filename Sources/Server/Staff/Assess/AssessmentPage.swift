import Hummingbird

struct AssessmentPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
