import Hummingbird

struct PatientPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {}
}
