// SPDX-License-Identifier: Apache-2.0

extension APIGatewayV2Request {
    /// What the route's authorizer found out; one of the three is there.
    public struct Authorizer: Codable, Sendable, Equatable {
        public var jwt: JWT?
        public var iam: IAM?
        /// The context that a Lambda authorizer returned.
        public var lambda: [String: JSONValue]?

        public init(jwt: JWT? = nil, iam: IAM? = nil, lambda: [String: JSONValue]? = nil) {
            self.jwt = jwt
            self.iam = iam
            self.lambda = lambda
        }
    }

    public struct JWT: Codable, Sendable, Equatable {
        public var claims: [String: String]
        public var scopes: [String]?

        public init(claims: [String: String], scopes: [String]? = nil) {
            self.claims = claims
            self.scopes = scopes
        }
    }

    public struct IAM: Codable, Sendable, Equatable {
        public var accessKey: String?
        public var accountId: String?
        public var callerId: String?
        public var principalOrgId: String?
        public var userArn: String?
        public var userId: String?

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
        public var clientCert: ClientCertificate?

        public init(clientCert: ClientCertificate? = nil) {
            self.clientCert = clientCert
        }
    }

    public struct ClientCertificate: Codable, Sendable, Equatable {
        public var clientCertPem: String
        public var subjectDN: String
        public var issuerDN: String
        public var serialNumber: String
        public var validity: Validity

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

    public struct Validity: Codable, Sendable, Equatable {
        public var notBefore: String
        public var notAfter: String

        public init(notBefore: String, notAfter: String) {
            self.notBefore = notBefore
            self.notAfter = notAfter
        }
    }
}
