package import Foundation
package import NIOSSL

/// The certificate and the key of the server, checked before it listens.
package enum ServerTLS {
    package enum Failure: Error {
        case certificate(String, String)
        case key(String, String)
        case openToOthers(String)
        case unfit(String)
    }

    /// TLS 1.3 and nothing older, with what the files hold.
    /// - Parameters:
    ///   - certificate: a PEM file, the server's own certificate first, then those that it is signed with.
    ///   - key: a PEM file that only its owner reads.
    /// - Returns: what the server listens with.
    /// - Throws: ``Failure`` with the file that is the reason.
    package static func configuration(certificate: String, key: String) throws -> TLSConfiguration {
        let chain = try certificates(certificate)
        let mode = try? FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        if let mode, mode & 0o007 != 0 {
            throw Failure.openToOthers(key)
        }
        let secret: NIOSSLPrivateKey
        do {
            secret = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw Failure.key(key, reason(key))
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(secret))
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        do {
            // Says here, and not at the first connection, that the two do not belong together.
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Failure.unfit(certificate)
        }
        return configuration
    }

    /// What a PEM file holds.
    /// - Parameter file: where it is.
    /// - Returns: its certificates, at least one.
    /// - Throws: ``Failure`` with the file and the reason.
    package static func certificates(_ file: String) throws -> [NIOSSLCertificate] {
        let found: [NIOSSLCertificate]
        do {
            found = try NIOSSLCertificate.fromPEMFile(file)
        } catch {
            throw Failure.certificate(file, reason(file))
        }
        guard !found.isEmpty else {
            throw Failure.certificate(file, "it holds no certificate")
        }
        return found
    }

    private static func reason(_ file: String) -> String {
        FileManager.default.isReadableFile(atPath: file) ? "it is not in PEM" : "it cannot be read"
    }
}

extension ServerTLS.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .certificate(let file, let reason): "The certificate \(file) cannot be used: \(reason)."
        case .key(let file, let reason): "The key \(file) cannot be used: \(reason)."
        case .openToOthers(let file): "The key can be read by everybody on this machine. Run: chmod 600 \(file)"
        case .unfit(let file): "The key does not belong to the certificate \(file)."
        }
    }
}
