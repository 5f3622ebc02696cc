import NIOSSL

/// TLS of a listener, from PEM files.
package struct MLLPTLS: Sendable {
    let context: NIOSSLContext

    /// Reads the files.
    /// - Parameters:
    ///   - certificate: path of the certificate, with the ones above it.
    ///   - key: path of its private key.
    ///   - clientAuthorities: path of the authorities of which senders need a certificate; nil: senders need none.
    /// - Throws: what cannot be read or does not fit.
    package init(certificate: String, key: String, clientAuthorities: String?) throws {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        if let clientAuthorities {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(clientAuthorities))
            // Senders have no name that could be looked up; that an authority of the site vouches is what counts.
            configuration.certificateVerification = .noHostnameVerification
        }
        context = try NIOSSLContext(configuration: configuration)
    }
}
