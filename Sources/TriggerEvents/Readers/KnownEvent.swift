// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// What the shape of an event tells of it.
struct KnownEvent {
    /// What sent it.
    let source: String
    /// When it happened: milliseconds since 1970.
    let moment: Int64?

    /// Recognizes an event that a service sends; nil for anything else.
    init?(_ value: JSONValue) {
        if case .array(let records)? = value["Records"] ?? value["records"], let first = records.first,
            let source = (first["eventSource"] ?? first["EventSource"])?.string
        {
            self.source = source
            moment = Self.moment(ofRecord: first)
        } else if let context = value["requestContext"], let method = value["httpMethod"] ?? context["http"]?["method"],
            method.string != nil
        {
            source = context["elb"] == nil ? "aws:apigateway" : "aws:elasticloadbalancing"
            moment = Self.milliseconds(context["timeEpoch"] ?? context["requestTimeEpoch"])
        } else if value["detail-type"]?.string != nil, let source = value["source"]?.string, value["detail"] != nil {
            self.source = source
            moment = value["time"]?.string.flatMap { ISO8601.parse($0) }
        } else if value["awslogs"]?["data"]?.string != nil {
            (source, moment) = ("aws:logs", nil)
        } else if value["triggerSource"]?.string != nil, value["userPoolId"] != nil {
            (source, moment) = ("aws:cognito-idp", nil)
        } else if value["deliveryStreamArn"]?.string != nil, value["records"] != nil {
            (source, moment) = ("aws:firehose", nil)
        } else if let source = value["eventSource"]?.string, source.hasPrefix("aws:"), value["records"] != nil {
            (self.source, moment) = (source, nil)
        } else {
            return nil
        }
    }

    private static func moment(ofRecord record: JSONValue) -> Int64? {
        if let text = (record["eventTime"] ?? record["Sns"]?["Timestamp"])?.string { return ISO8601.parse(text) }
        if let sent = record["attributes"]?["SentTimestamp"]?.string { return Int64(sent) }
        let seconds =
            record["dynamodb"]?["ApproximateCreationDateTime"] ?? record["kinesis"]?["approximateArrivalTimestamp"]
        return seconds?.double.flatMap { Int64(exactly: ($0 * 1000).rounded()) }
    }

    static func milliseconds(_ value: JSONValue?) -> Int64? {
        switch value {
        case .integer(let milliseconds): milliseconds
        case .string(let text): Int64(text)
        default: nil
        }
    }
}
