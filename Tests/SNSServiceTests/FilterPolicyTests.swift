// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Testing

@testable import SNSService

// SNS Developer Guide, "Amazon SNS subscription filter policies".
@Suite("Filter policies")
struct FilterPolicyTests {
    static let attributes = [
        MessageAttribute(name: "store", type: "String", value: "example_corp"),
        MessageAttribute(name: "event", type: "String", value: "order-placed"),
        MessageAttribute(name: "interests", type: "String.Array", value: #"["soccer","rugby",7,true,null]"#),
        MessageAttribute(name: "price", type: "Number", value: "210.75"),
        MessageAttribute(name: "source", type: "String", value: "10.0.0.7"),
        MessageAttribute(name: "blob", type: "Binary", value: "AQI="),
    ]

    @Test(
        "Attributes are matched by every operator",
        arguments: [
            (#"{"store":["example_corp"]}"#, true), (#"{"store":["other","example_corp"]}"#, true),
            (#"{"store":["Example_corp"]}"#, false), (#"{"store":["example_corp"],"event":["x"]}"#, false),
            (#"{"event":[{"prefix":"order"}]}"#, true), (#"{"event":[{"suffix":"placed"}]}"#, true),
            (#"{"event":[{"suffix":"order"}]}"#, false), (#"{"event":[{"equals-ignore-case":"ORDER-placed"}]}"#, true),
            (#"{"event":[{"anything-but":["order-cancelled"]}]}"#, true),
            (#"{"event":[{"anything-but":"order-placed"}]}"#, false),
            (#"{"event":[{"anything-but":{"prefix":"order-"}}]}"#, false), (#"{"none":[{"anything-but":"x"}]}"#, false),
            (#"{"price":[{"numeric":["=",210.75]}]}"#, true), (#"{"price":[210.75]}"#, true),
            (#"{"price":[{"numeric":[">",0,"<=",210.75]}]}"#, true), (#"{"price":[{"numeric":["<",210.75]}]}"#, false),
            (#"{"price":["210.75"]}"#, false), (#"{"store":[{"numeric":["=",1]}]}"#, false),
            (#"{"none":[{"exists":false}]}"#, true), (#"{"none":[{"exists":true}]}"#, false),
            (#"{"store":[{"exists":true}]}"#, true), (#"{"store":[{"exists":false}]}"#, false),
            (#"{"interests":["rugby"]}"#, true), (#"{"interests":["tennis"]}"#, false), (#"{"interests":[7]}"#, true),
            (#"{"interests":[true]}"#, true), (#"{"interests":[null]}"#, true), (#"{"interests":[false]}"#, false),
            (#"{"source":[{"cidr":"10.0.0.0/24"}]}"#, true), (#"{"source":[{"cidr":"10.0.1.0/24"}]}"#, false),
            (#"{"blob":["AQI="]}"#, false), (#"{"blob":[{"exists":true}]}"#, true),
            (#"{"$or":[{"store":["x"]},{"event":[{"prefix":"order"}]}]}"#, true),
            (#"{"store":["example_corp"],"$or":[{"store":["x"]},{"event":["y"]}]}"#, false), (#"{"store":[]}"#, nil),
        ] as [(String, Bool?)])
    func attributes(policy: String, expected: Bool?) throws {
        let message = Message(body: "m", subject: nil, attributes: Self.attributes, size: 1)
        guard let expected else {
            #expect(throws: AWSError.self) { try FilterPolicy(policy) }
            return
        }
        #expect(try FilterPolicy(policy).matches(message) == expected)
    }

    @Test(
        "Bodies are matched at any depth",
        arguments: [
            (#"{"invocationStatus":["Completed"]}"#, true), (#"{"requestParameters":{"endpointName":["sd"]}}"#, true),
            (#"{"requestParameters":{"endpointName":["x"]}}"#, false), (#"{"none":{"x":[{"exists":false}]}}"#, true),
            (#"{"items":{"sku":["b"]}}"#, true), (#"{"items":{"sku":["c"]}}"#, false), (#"{"tags":["x"]}"#, true),
            (#"{"deep":{"$or":[{"a":[2]},{"b":[2]}]}}"#, true),
        ])
    func body(policy: String, expected: Bool) throws {
        let body = #"""
            {"invocationStatus":"Completed","requestParameters":{"endpointName":"sd"},
             "items":[{"sku":"a"},{"sku":"b"}],"tags":["x","y"],"deep":{"a":1,"b":2}}
            """#
        let filter = try FilterPolicy(policy, scope: .body)
        #expect(filter.matches(Message(body: body, subject: nil, attributes: [], size: 1)) == expected)
        #expect(!filter.matches(Message(body: "no json", subject: nil, attributes: [], size: 1)))
    }

    @Test(
        "A malformed policy is refused with AWS's words",
        arguments: [
            ("[]", "failed to parse JSON."), (#"{"a":"b"}"#, #""a" must be an object or an array"#),
            (#"{"a":[{"like":"b"}]}"#, "Unrecognized match type like"),
            (#"{"a":[{"exists":"yes"}]}"#, "exists match pattern must be either true or false."),
            (#"{"a":[{"prefix":1}]}"#, "prefix match pattern must be a string"),
            (#"{"a":[["b"]]}"#, "Match value must be String, number, true, false, or null"),
            (#"{"a":{"b":["c"]}}"#, "Filter policy scope MessageAttributes does not support nested filter policy"),
            (#"{"a":[{"numeric":["<","1"]}]}"#, "Value of < must be numeric"),
            (#"{"a":[{"numeric":[">",5,"<",5]}]}"#, "Bottom must be less than top"),
            (#"{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}"#, "Filter policy can not have more than 5 keys"),
        ])
    func malformed(policy: String, message: String) {
        let error = #expect(throws: AWSError.self) { try FilterPolicy(policy) }
        #expect(error?.message == "Invalid parameter: FilterPolicy: \(message)")
    }

    @Test("Too many combinations are refused")
    func tooComplex() {
        let values = (0..<13).map(String.init).joined(separator: ",")
        let error = #expect(throws: AWSError.self) { try FilterPolicy(#"{"a":[\#(values)],"b":[\#(values)]}"#) }
        #expect(error?.message == "Invalid parameter: FilterPolicy: Filter policy is too complex")
    }

    @Test("A subscription gets only what its filter lets through")
    func subscription() async throws {
        let sns = try Harness()
        let (topic, _) = await sns.subscribedTopic([
            ("Attributes.entry.1.key", "FilterPolicy"), ("Attributes.entry.1.value", #"{"kind":["a"]}"#),
        ])
        for kind in ["a", "b"] {
            _ = await sns.call(
                "Publish",
                [
                    ("TopicArn", topic), ("Message", kind), ("MessageAttributes.entry.1.Name", "kind"),
                    ("MessageAttributes.entry.1.Value.DataType", "String"),
                    ("MessageAttributes.entry.1.Value.StringValue", kind),
                ])
        }
        #expect(sns.lambda.invocations.count == 1)
    }
}
