// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ProxyIntegration

/// The body of CreateFunctionUrlConfig and of UpdateFunctionUrlConfig.
struct FunctionURLRequest: Decodable {
    struct Cors: Decodable {
        var AllowCredentials: Bool?
        var AllowHeaders: [String]?
        var AllowMethods: [String]?
        var AllowOrigins: [String]?
        var ExposeHeaders: [String]?
        var MaxAge: Int?
    }

    var AuthType: String?
    var Cors: Cors?
    var InvokeMode: String?

    /// - Throws: the error for a type that there is not.
    func authType() throws(AWSError) -> FunctionURL.AuthType? {
        try Self.read(AuthType, at: "authType")
    }

    /// - Throws: the error for a mode that there is not.
    func invokeMode() throws(AWSError) -> FunctionURL.InvokeMode? {
        try Self.read(InvokeMode, at: "invokeMode")
    }

    private static func read<Value: RawRepresentable<String> & CaseIterable>(
        _ text: String?, at field: String
    ) throws(AWSError) -> Value? {
        guard let text else { return nil }
        guard let value = Value(rawValue: text) else {
            let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw .validation(text, at: field, "Member must satisfy enum value set: [\(all)]")
        }
        return value
    }
}

extension FunctionURLRequest.Cors {
    /// The settings; nil for an object without any.
    ///
    /// Limits: botocore's model (lambda/2015-03-31); methods: AWS::Lambda::Url.
    ///
    /// - Throws: the error for what is too long, too many, or no method.
    func settings() throws(AWSError) -> CORSRules? {
        let cors = CORSRules(
            allowCredentials: AllowCredentials, allowHeaders: AllowHeaders ?? [], allowMethods: AllowMethods ?? [],
            allowOrigins: AllowOrigins ?? [], exposeHeaders: ExposeHeaders ?? [], maxAge: MaxAge)
        try Self.check(cors.allowOrigins, at: "cors.allowOrigins", count: 100, length: 1...253)
        try Self.check(cors.allowHeaders, at: "cors.allowHeaders", count: 100, length: 0...1024)
        try Self.check(cors.exposeHeaders, at: "cors.exposeHeaders", count: 100, length: 0...1024)
        try Self.check(cors.allowMethods, at: "cors.allowMethods", count: 6, length: 0...6)
        if let method = cors.allowMethods.first(where: { !Self.methods.contains($0) }) {
            throw .validation(
                "[\(cors.allowMethods.joined(separator: ", "))]", at: "cors.allowMethods",
                "Member must satisfy constraint: [Member must satisfy enum value set: "
                    + "[GET, PUT, HEAD, POST, PATCH, DELETE, *], found \(method)]")
        }
        if let age = MaxAge, !(0...86_400).contains(age) {
            let bound = age < 0 ? "greater than or equal to 0" : "less than or equal to 86400"
            throw .validation("\(age)", at: "cors.maxAge", "Member must have value \(bound)")
        }
        return cors == CORSRules() ? nil : cors
    }

    private static let methods: Set = ["GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"]

    private static func check(
        _ items: [String], at field: String, count: Int, length: ClosedRange<Int>
    ) throws(AWSError) {
        let text = "[\(items.joined(separator: ", "))]"
        guard items.count <= count else {
            throw .validation(text, at: field, "Member must have length less than or equal to \(count)")
        }
        guard items.allSatisfy({ length.contains($0.utf8.count) }) else {
            throw .validation(
                text, at: field,
                "Member must satisfy constraint: [Member must have length less than or equal to \(length.upperBound), "
                    + "Member must have length greater than or equal to \(length.lowerBound)]")
        }
    }
}
