// SPDX-License-Identifier: Apache-2.0
import APIGatewayService
import CloudFormation
import ProxyIntegration

extension HTTPAPI {
    /// The API that a template describes.
    ///
    /// - Throws: ``EmulatorError`` for what cannot be served.
    init(_ resource: HTTPAPIResource) throws {
        do throws(HTTPAPIError) {
            try self.init(
                id: resource.apiID, stages: resource.stages.map { Stage($0) },
                cors: resource.cors.map { CORSRules($0) },
                routes: resource.routes.map { route in
                    Route(
                        route.key,
                        Integration(
                            function: route.functionARN, timeout: .milliseconds(route.timeoutMilliseconds),
                            payloadFormatVersion: route.payloadFormatVersion))
                })
        } catch {
            throw EmulatorError("\(resource.logicalID): \(error.message)")
        }
    }
}

extension HTTPAPI.Stage {
    fileprivate init(_ resource: HTTPAPIResource.Stage) {
        self.init(
            name: resource.name, variables: resource.variables,
            defaultRouteSettings: HTTPAPI.RouteSettings(resource.defaultRouteSettings),
            routeSettings: resource.routeSettings.mapValues { HTTPAPI.RouteSettings($0) })
    }
}

extension HTTPAPI.RouteSettings {
    fileprivate init(_ resource: HTTPAPIResource.RouteSettings) {
        self.init(
            throttlingBurstLimit: resource.throttlingBurstLimit, throttlingRateLimit: resource.throttlingRateLimit)
    }
}

extension CORSRules {
    fileprivate init(_ resource: HTTPAPIResource.CORS) {
        self.init()
        allowCredentials = resource.allowCredentials
        allowHeaders = resource.allowHeaders
        allowMethods = resource.allowMethods
        allowOrigins = resource.allowOrigins
        exposeHeaders = resource.exposeHeaders
        maxAge = resource.maxAge
    }
}
