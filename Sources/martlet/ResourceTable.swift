// SPDX-License-Identifier: Apache-2.0
import CloudFormation

/// What a template describes, a line for each resource.
struct ResourceTable {
    private var table = TextTable([("KIND", .left), ("NAME", .left), ("DETAILS", .left)])

    init(_ application: Application) {
        for function in application.functions {
            var details = ["\(function.runtime), \(function.memorySize) MB, \(function.timeoutSeconds) s"]
            let own = application.aliases.filter { $0.functionName == function.functionName }.map(\.name)
            if !own.isEmpty { details.append("alias \(own.joined(separator: ", "))") }
            details.append(Self.text(function.code))
            table.add(["function", Self.bold(function.functionName), "\(details.joined(separator: "; "))"])
        }
        for api in application.apis {
            for route in api.routes {
                table.add(["route", Self.bold(route.key), "\(Self.target(route.functionARN))"])
            }
        }
        for url in application.functionURLs {
            table.add(["function URL", Self.bold(Self.target(url.functionName)), "\(url.authType)"])
        }
        for bucket in application.buckets {
            table.add(["bucket", Self.bold(bucket.bucketName), "\(Self.notifications(of: bucket))"])
        }
        for topic in application.topics {
            let targets = application.subscriptions.filter { $0.topicARN == topic.arn }.map {
                Self.target($0.functionARN)
            }
            table.add(["topic", Self.bold(topic.topicName), "\(targets.joined(separator: ", "))"])
        }
        for queue in application.queues { table.add(["queue", Self.bold(queue.queueName), ""]) }
        for layer in application.layers {
            table.add(["layer", Self.bold(layer.layerName), "\(Self.text(layer.code))"])
        }
        for endpoint in application.endpoints {
            table.add(["endpoint", Self.bold(endpoint.endpointName), "\(endpoint.modelName)"])
        }
    }

    var text: String { table.text }

    private static func bold(_ text: String) -> TextTable.Cell { TextTable.Cell(text, .bold) }

    private static func text(_ code: FunctionResource.Code) -> String {
        switch code {
        case .folder(let path), .zip(let path): path
        case .swiftProduct(let product): "Swift product \(product)"
        case .s3(let bucket, let key): "s3://\(bucket)/\(key)"
        }
    }

    /// The function in an ARN, with its alias.
    private static func target(_ arn: String) -> String {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count >= 7 ? parts[6...].joined(separator: ":") : arn
    }

    private static func notifications(of bucket: BucketResource) -> String {
        bucket.notifications.map { rule in
            let filter = rule.prefix.isEmpty && rule.suffix.isEmpty ? "" : " of \(rule.prefix)*\(rule.suffix)"
            return "\(rule.events.joined(separator: ", "))\(filter) to \(target(rule.functionARN))"
        }.joined(separator: "; ")
    }
}
