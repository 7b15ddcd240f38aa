// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer

/// What TagResource is asked for.
struct TagResourceRequest: Decodable {
    var Tags: [String: String]?
}

/// TagResource, UntagResource and ListTags
/// (https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html).
extension LambdaService {
    func respond(
        to action: Route.Action, onTagsOf resource: String, _ request: HTTPRequest, _ query: QueryString,
        _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        let name = try registry.taggableName(resource)
        switch action {
        case .get:
            var json = JSONObjectWriter()
            json.add("Tags", json: JSONObjectWriter.object(try registry.function(name).tags))
            return HTTPResponse(status: 200, json: json.finish(), requestID: requestID)
        case .put:
            let body = try await body(TagResourceRequest.self, of: request, "TagResource")
            var violations = ConstraintViolations()
            violations.requirePresence(body.Tags != nil, of: "tags")
            try violations.check()
            guard let tags = body.Tags, !tags.isEmpty else {
                throw .invalidParameter("An error occurred and the request cannot be processed.")
            }
            try registry.tag(name, with: tags)
        case .delete:
            let keys = query.values("tagKeys")
            var violations = ConstraintViolations()
            violations.requirePresence(!keys.isEmpty, of: "tagKeys")
            try violations.check()
            try registry.untag(name, keys: keys)
        }
        return .noContent(requestID)
    }
}

extension FunctionRegistry {
    private static let constraint =
        "Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|"
        + "(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|"
        + "code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-"
        + "[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|(capacity-provider|network-connector):[a-zA-Z0-9-_]{1,64})"

    /// The function whose tags are meant.
    ///
    /// - Throws: the error that TagResource answers with for what is no function's ARN.
    fileprivate func taggableName(_ resource: String) throws(AWSError) -> String {
        let arn = ARN(resource)
        var violations = ConstraintViolations()
        violations.require(arn?.service == "lambda", resource, at: "resource", Self.constraint)
        try violations.check()
        guard arn?.resource.hasPrefix("function:") == true else {
            throw .resourceNotFound("The resource you requested does not exist.")
        }
        let name = try name(resource)
        guard name.qualifier == nil else {
            throw .invalidParameter(
                "Tags on function aliases and versions are not supported. Please specify a function ARN.")
        }
        _ = try function(name.name)
        return name.name
    }
}
