/// What an expression may know beside the record: variables, the clock, and how references are followed.
package struct FHIRPathEnvironment: Sendable {
    /// Values of `%name`, beside those that FHIRPath and FHIR define.
    package var variables: [String: [FHIRPathValue]]
    /// The moment that `now()` and `today()` give, in milliseconds since 1970; without one they are an error.
    package var now: Int64?
    /// Minutes east of UTC in which `now()`, `today()` and `timeOfDay()` are told.
    package var zone: Int
    /// Follows a reference or canonical that is not `#…`: gives the root of the resource, nil when it is not found.
    package var resolve: (@Sendable (_ reference: String) -> JSONNode?)?
    /// Hears what `trace()` names.
    package var trace: (@Sendable (_ name: String, _ values: [FHIRPathValue]) -> Void)?

    package init(
        variables: [String: [FHIRPathValue]] = [:], now: Int64? = nil, zone: Int = 0,
        resolve: (@Sendable (String) -> JSONNode?)? = nil,
        trace: (@Sendable (String, [FHIRPathValue]) -> Void)? = nil
    ) {
        self.variables = variables
        self.now = now
        self.zone = zone
        self.resolve = resolve
        self.trace = trace
    }
}
