// SPDX-License-Identifier: Apache-2.0

/// How a protocol writes an ``AWSError``.
public struct ErrorFormat: Sendable {
    private enum Kind: Sendable {
        case restJSON(messageKey: String, hasType: Bool)
        case awsJSON(version: String)
        case query(namespace: String)
        case s3(resource: String)
    }

    private let kind: Kind

    /// The code in `x-amzn-ErrorType`, the message in a JSON body.
    ///
    /// - Parameters:
    ///   - messageKey: `Message` (Lambda, mostly) or `message` (API Gateway, some of Lambda's errors).
    ///   - hasType: whether the body begins with `"Type":"User"` or `"Type":"Service"`, as Lambda's does.
    public static func restJSON(messageKey: String = "message", hasType: Bool = false) -> ErrorFormat {
        ErrorFormat(kind: .restJSON(messageKey: messageKey, hasType: hasType))
    }

    /// `{"Type":"User","Message":…}`: what Lambda answers with.
    public static let lambda = restJSON(messageKey: "Message", hasType: true)

    /// `{"__type":…,"message":…}` with the content type `application/x-amz-json-1.0` or `-1.1`.
    public static func awsJSON(version: String) -> ErrorFormat {
        ErrorFormat(kind: .awsJSON(version: version))
    }

    /// `<ErrorResponse>` of the query protocol (SNS, STS).
    ///
    /// - Parameter namespace: the service's XML namespace.
    public static func query(namespace: String) -> ErrorFormat {
        ErrorFormat(kind: .query(namespace: namespace))
    }

    /// `<Error>` as S3 writes it.
    ///
    /// - Parameter resource: the path that was asked for; empty to leave the field out.
    public static func s3(resource: String) -> ErrorFormat {
        ErrorFormat(kind: .s3(resource: resource))
    }

    /// The whole answer to a request that failed.
    public func response(for error: AWSError, requestID: String) -> WireResponse {
        switch kind {
        case .restJSON(let messageKey, let hasType):
            restJSON(error, requestID, messageKey: messageKey, hasType: hasType)
        case .awsJSON(let version): awsJSON(error, requestID, version: version)
        case .query(let namespace): query(error, requestID, namespace: namespace)
        case .s3(let resource): s3(error, requestID, resource: resource)
        }
    }

    private func restJSON(_ error: AWSError, _ requestID: String, messageKey: String, hasType: Bool) -> WireResponse {
        var body = JSONObjectWriter()
        if hasType { body.add("Type", error.fault == .sender ? "User" : "Service") }
        body.add(messageKey, error.message)
        body.add(error.details)
        return WireResponse(
            status: error.status,
            headers: [
                ("Content-Type", "application/json"), ("x-amzn-RequestId", requestID),
                ("x-amzn-ErrorType", error.code),
            ], body: body.finish())
    }

    private func awsJSON(_ error: AWSError, _ requestID: String, version: String) -> WireResponse {
        var body = JSONObjectWriter()
        body.add("__type", error.code)
        body.add("message", error.message)
        body.add(error.details)
        return WireResponse(
            status: error.status,
            headers: [("Content-Type", "application/x-amz-json-\(version)"), ("x-amzn-RequestId", requestID)],
            body: body.finish())
    }

    private func query(_ error: AWSError, _ requestID: String, namespace: String) -> WireResponse {
        var xml = XMLWriter(declaration: false)
        xml.element("ErrorResponse", attributes: [("xmlns", namespace)]) { xml in
            xml.element("Error") { xml in
                xml.element("Type", error.fault == .sender ? "Sender" : "Receiver")
                xml.element("Code", error.code)
                xml.element("Message", error.message)
                xml.add(error.details)
            }
            xml.element("RequestId", requestID)
        }
        return WireResponse(
            status: error.status, headers: [("Content-Type", "text/xml"), ("x-amzn-RequestId", requestID)],
            body: xml.finish())
    }

    private func s3(_ error: AWSError, _ requestID: String, resource: String) -> WireResponse {
        let hostID = Base64.encode(Checksum.value(.sha256, of: Array(requestID.utf8)))
        var xml = XMLWriter()
        xml.element("Error") { xml in
            xml.element("Code", error.code)
            xml.element("Message", error.message)
            xml.add(error.details)
            if !resource.isEmpty { xml.element("Resource", resource) }
            xml.element("RequestId", requestID)
            xml.element("HostId", hostID)
        }
        return WireResponse(
            status: error.status,
            headers: [
                ("Content-Type", "application/xml"), ("x-amz-request-id", requestID), ("x-amz-id-2", hostID),
            ], body: xml.finish())
    }
}

extension XMLWriter {
    fileprivate mutating func add(_ details: [AWSError.Detail]) {
        for detail in details {
            switch detail.value {
            case .text(let text): element(detail.name, text)
            case .number(let number): element(detail.name, String(number))
            }
        }
    }
}

extension JSONObjectWriter {
    fileprivate mutating func add(_ details: [AWSError.Detail]) {
        for detail in details {
            switch detail.value {
            case .text(let text): add(detail.name, text)
            case .number(let number): add(detail.name, number)
            }
        }
    }
}
