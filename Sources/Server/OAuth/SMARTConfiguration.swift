import FHIR
import Hummingbird

/// SMART App Launch 2.0, Conformance: what a client has to know to get its token.
enum SMARTConfiguration {
    static func response(_ request: Request, _ services: Services) throws -> Response {
        let place = try OAuthAddress(request, services)
        return .json([
            "token_endpoint": .string(place.token), "introspection_endpoint": .string(place.introspection),
            "revocation_endpoint": .string(place.revocation),
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "private_key_jwt",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "grant_types_supported": ["client_credentials"],
            "scopes_supported": ["system/*.cruds", "system/*.rs"],
            "capabilities": ["client-confidential-asymmetric", "client-confidential-symmetric", "permission-v2"],
        ])
    }
}
