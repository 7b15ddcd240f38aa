// SPDX-License-Identifier: Apache-2.0
public import JSONValues

extension APIGatewayV2Request {
    /// What the route's authorizer found out; one of the three is there.
    public struct Authorizer: Codable, Sendable, Equatable {
        /// What a JWT authorizer read from the token.
        public var jwt: JWT?
        /// Who signed the request.
        public var iam: IAM?
        /// The context that a Lambda authorizer returned.
        public var lambda: [String: JSONValue]?

        /// Creates one from its parts.
        public init(jwt: JWT? = nil, iam: IAM? = nil, lambda: [String: JSONValue]? = nil) {
            self.jwt = jwt
            self.iam = iam
            self.lambda = lambda
        }
    }

    /// The contents of a JSON Web Token.
    public struct JWT: Codable, Sendable, Equatable {
        /// Claims by name.
        public var claims: [String: String]
        /// The scopes of the route that the token has.
        public var scopes: [String]?

        /// Creates one from its parts.
        public init(claims: [String: String], scopes: [String]? = nil) {
            self.claims = claims
            self.scopes = scopes
        }
    }

    /// The principal that signed a request.
    public struct IAM: Codable, Sendable, Equatable {
        /// The access key of the signature.
        public var accessKey: String?
        /// The principal's account.
        public var accountId: String?
        /// The caller's unique id.
        public var callerId: String?
        /// The organization of the principal.
        public var principalOrgId: String?
        /// The principal's ARN.
        public var userArn: String?
        /// The principal's unique id.
        public var userId: String?

        /// Creates one from its parts.
        public init(
            accessKey: String? = nil, accountId: String? = nil, callerId: String? = nil,
            principalOrgId: String? = nil, userArn: String? = nil, userId: String? = nil
        ) {
            self.accessKey = accessKey
            self.accountId = accountId
            self.callerId = callerId
            self.principalOrgId = principalOrgId
            self.userArn = userArn
            self.userId = userId
        }
    }

    /// The client's certificate, when the API asks for one.
    public struct Authentication: Codable, Sendable, Equatable {
        /// The certificate that the client showed.
        public var clientCert: ClientCertificate?

        /// Creates one from its parts.
        public init(clientCert: ClientCertificate? = nil) {
            self.clientCert = clientCert
        }
    }

    /// A certificate of a client, read for the function.
    public struct ClientCertificate: Codable, Sendable, Equatable {
        /// The certificate in PEM form.
        public var clientCertPem: String
        /// Whom it was issued to.
        public var subjectDN: String
        /// Who issued it.
        public var issuerDN: String
        /// Its serial number in hexadecimal.
        public var serialNumber: String
        /// When it is valid.
        public var validity: Validity

        /// Creates one from its parts.
        public init(
            clientCertPem: String, subjectDN: String, issuerDN: String, serialNumber: String, validity: Validity
        ) {
            self.clientCertPem = clientCertPem
            self.subjectDN = subjectDN
            self.issuerDN = issuerDN
            self.serialNumber = serialNumber
            self.validity = validity
        }
    }

    /// From when to when a certificate is valid.
    public struct Validity: Codable, Sendable, Equatable {
        /// As `May 28 12:30:02 2019 GMT`.
        public var notBefore: String
        /// As `Aug  5 09:36:04 2021 GMT`.
        public var notAfter: String

        /// Creates one from its parts.
        public init(notBefore: String, notAfter: String) {
            self.notBefore = notBefore
            self.notAfter = notAfter
        }
    }
}
