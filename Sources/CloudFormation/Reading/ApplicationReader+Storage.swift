// SPDX-License-Identifier: Apache-2.0

// Buckets and what they notify.
extension ApplicationReader {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
    private static let bucketTable = PropertyTable(
        executed: ["BucketName", "NotificationConfiguration"],
        noted: ["AbacStatus", "AccessControl", "OwnershipControls", "PublicAccessBlockConfiguration", "Tags"],
        ignored: [
            "AccelerateConfiguration", "AnalyticsConfigurations", "BucketEncryption", "BucketNamePrefix",
            "BucketNamespace", "CorsConfiguration", "IntelligentTieringConfigurations", "InventoryConfigurations",
            "LifecycleConfiguration", "LoggingConfiguration", "MetadataConfiguration", "MetadataTableConfiguration",
            "MetricsConfigurations", "ObjectLockConfiguration", "ObjectLockEnabled", "ReplicationConfiguration",
            "VersioningConfiguration", "WebsiteConfiguration",
        ])

    mutating func readBucket(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.bucketTable)
        let name = try evaluator.name(of: resource)
        guard Self.isBucketName(name) else {
            throw (fields["BucketName"] ?? fields.located).fault("Bucket name \"\(name)\" is not valid")
        }
        application.buckets.append(BucketResource(logicalID: resource.logicalID, bucketName: name, notifications: []))
        let index = application.buckets.count - 1
        let table = PropertyTable(
            executed: ["LambdaConfigurations"],
            ignored: ["EventBridgeConfiguration", "QueueConfigurations", "TopicConfigurations"])
        guard let configuration = try optionalFields(fields["NotificationConfiguration"], table) else { return }
        for (number, item) in try configuration.list("LambdaConfigurations").enumerated() {
            let rule = try self.fields(item, PropertyTable(executed: ["Event", "Function", "Filter"]))
            try addNotification(
                "\(resource.logicalID)-\(number)", events: rule.texts("Event"), filter: rule["Filter"],
                functionARN: rule.requiredText("Function"), toBucketAt: index, rule.located)
        }
    }

    mutating func addNotification(
        _ id: String, events: [String], filter: Located?, functionARN: String, toBucketAt index: Int, _ place: Located
    ) throws(Fault) {
        guard !events.isEmpty, events.allSatisfy({ $0.hasPrefix("s3:") }) else {
            throw place.fault("expected events like s3:ObjectCreated:*, found [\(events.joined(separator: ", "))]")
        }
        var notification = BucketResource.Notification(
            id: id, events: events, prefix: "", suffix: "", functionARN: functionARN)
        let keyFilter = try optionalFields(filter, PropertyTable(executed: ["S3Key"]))?["S3Key"]
        for item in try optionalFields(keyFilter, PropertyTable(executed: ["Rules"]))?.list("Rules") ?? [] {
            let rule = try self.fields(item, PropertyTable(executed: ["Name", "Value"]))
            switch try rule.requiredText("Name").lowercased() {
            case "prefix": notification.prefix = try rule.requiredText("Value")
            case "suffix": notification.suffix = try rule.requiredText("Value")
            default: throw item.fault("filter rule name must be either prefix or suffix")
            }
        }
        application.buckets[index].notifications.append(notification)
    }

    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    private static func isBucketName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard 3...63 ~= bytes.count, let first = bytes.first, let last = bytes.last else { return false }
        func isLetterOrDigit(_ byte: UInt8) -> Bool {
            UInt8.isASCIILetterOrDigit(byte) && !(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte)
        }
        return isLetterOrDigit(first) && isLetterOrDigit(last) && !name.contains("..")
            && bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }
}
