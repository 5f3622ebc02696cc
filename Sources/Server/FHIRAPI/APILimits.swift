/// What the API takes at most, so that no client can take it from the others.
struct APILimits: Sendable {
    /// Bytes of one body, after unpacking.
    var body = 64 << 20
    /// Bytes of all bodies that are being read or worked on.
    var bodiesInFlight = 128 << 20
    /// Entries of one batch or transaction.
    var entries = 20_000
    /// How long a body may take to arrive.
    var bodyTime: Duration = .seconds(60)
}
