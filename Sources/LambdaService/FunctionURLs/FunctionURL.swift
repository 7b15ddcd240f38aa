// SPDX-License-Identifier: Apache-2.0
public import ProxyIntegration
import Randomness

/// An HTTP endpoint of a function or of an alias
/// (https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html).
public struct FunctionURL: Sendable, Equatable, Codable {
    /// Who may call it.
    public enum AuthType: String, Sendable, CaseIterable, Codable {
        /// Anybody whom the function's resource policy lets.
        case none = "NONE"
        /// Who signs requests.
        case iam = "AWS_IAM"
    }

    /// How a result is answered with.
    public enum InvokeMode: String, Sendable, CaseIterable, Codable {
        /// As a whole, when it is there.
        case buffered = "BUFFERED"
        /// As the function writes it.
        case responseStream = "RESPONSE_STREAM"
    }

    /// What may be changed about a function URL.
    public struct Settings: Sendable, Equatable, Codable {
        /// Who may call it.
        public var authType: AuthType
        /// What browsers are told; nil for nothing.
        public var cors: CORSRules?
        /// How a result is answered with.
        public var invokeMode: InvokeMode

        /// The settings of a function URL.
        public init(authType: AuthType, cors: CORSRules? = nil, invokeMode: InvokeMode = .buffered) {
            self.authType = authType
            self.cors = cors
            self.invokeMode = invokeMode
        }
    }

    /// The first label of its host name: 32 lower-case letters and digits.
    let id: String
    /// The ARN of the function, or of the alias.
    let functionARN: String
    var settings: Settings
    /// Milliseconds since 1970.
    let created: Int64
    var modified: Int64

    /// Where it is served: `http://ID.lambda-url.REGION.localhost:PORT/`.
    ///
    /// Names under `localhost` are the loopback's for curl and for browsers (RFC 6761, 6.3).
    func address(region: String, port: Int) -> String {
        "http://\(id).lambda-url.\(region).localhost:\(port)/"
    }

    /// The id in a host name, be it this emulator's or AWS's; nil for any other host.
    static func id(inHost host: String) -> String? {
        let labels = host.prefix { $0 != ":" }.lowercased().split(separator: ".")
        guard labels.count > 2, labels[1] == "lambda-url" else { return nil }
        return String(labels[0])
    }

    static func makeID(_ random: inout RandomBits) -> String {
        let digits = Array("abcdefghijklmnopqrstuvwxyz234567")
        return String((0..<32).map { _ in digits[Int(random.next() >> 59)] })
    }
}
