// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import CloudFormation

@Suite("Queues, destinations and dead letters in templates")
struct QueueTests {
    private func read(_ resources: String, endpoint: String = "http://127.0.0.1:4566") throws -> Application {
        let template = """
            {"Transform": "AWS::Serverless-2016-10-31", "Resources": {\(resources)},
             "Outputs": {"Url": {"Value": {"Ref": "Q"}}, "Name": {"Value": {"Fn::GetAtt": ["Q", "QueueName"]}}}}
            """
        return try Application(
            template: Array(template.utf8), file: "t", settings: StackSettings(endpoint: endpoint))
    }

    private func function(_ properties: String) -> String {
        """
        "Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}},
        "F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "c/", "Handler": "h",
          "Runtime": "provided.al2023", \(properties)}}
        """
    }

    @Test("A queue has its attributes, its ARN and a URL at the emulator")
    func queue() throws {
        let application = try read(
            """
            "Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q", "VisibilityTimeout": 5,
              "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["D", "Arn"]}, "maxReceiveCount": 3}}},
            "D": {"Type": "AWS::SQS::Queue"}
            """, endpoint: "http://localhost:1")
        let queue = try #require(application.queues.first { $0.logicalID == "Q" })
        let dead = try #require(application.queues.first { $0.logicalID == "D" })
        #expect(queue.arn == "arn:aws:sqs:us-east-1:000000000000:q")
        #expect(queue.attributes == ["VisibilityTimeout": "5"])
        #expect(queue.redrivePolicy == #"{"deadLetterTargetArn":"\#(dead.arn)","maxReceiveCount":3}"#)
        #expect(application.outputs["Url"] == "http://localhost:1/000000000000/q")
        #expect(application.outputs["Name"] == "q")
    }

    @Test(
        "A queue that is not carried out is refused",
        arguments: [
            #""FifoQueue": true"#, #""QueueName": "q.fifo""#, #""VisibilityTimeout": 43201"#, #""RedrivePolicy": "x""#,
        ])
    func refused(properties: String) {
        #expect(throws: TemplateError.self) {
            try read(#""Q": {"Type": "AWS::SQS::Queue", "Properties": {\#(properties)}}"#)
        }
    }

    @Test("A serverless function's configuration of events is its alias's where it has one")
    func eventInvoke() throws {
        let destination = #"{"Type": "SQS", "Destination": {"Fn::GetAtt": ["Q", "Arn"]}}"#
        let configuration = #""EventInvokeConfig": {"DestinationConfig": {"OnSuccess": \#(destination)}}"#
        for (alias, qualifier) in [("", "$LATEST"), (#""AutoPublishAlias": "live", "#, "live")] {
            let application = try read(function("\(alias)\(configuration)"))
            let found = try #require(application.eventInvokeConfigs.first)
            #expect(found.function == "F" && found.qualifier == qualifier)
            #expect(found.onSuccess == "arn:aws:sqs:us-east-1:000000000000:q" && found.onFailure == nil)
            #expect(found.maximumRetryAttempts == nil)
        }
    }

    @Test("A dead-letter queue and a function's loops are read")
    func deadLetter() throws {
        let application = try read(
            function(
                #""DeadLetterQueue": {"Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Q", "Arn"]}}, "RecursiveLoop": "Allow""#
            ))
        #expect(application.functions.first?.deadLetterTarget == "arn:aws:sqs:us-east-1:000000000000:q")
        #expect(application.functions.first?.recursiveLoop == "Allow")
    }

    @Test("A destination in EventBridge, or none that is named, is refused")
    func noDestination() {
        for destination in [#"{"Type": "EventBridge", "Destination": "arn"}"#, #"{"Type": "SQS"}"#] {
            #expect(throws: TemplateError.self) {
                try read(function(#""EventInvokeConfig": {"DestinationConfig": {"OnFailure": \#(destination)}}"#))
            }
        }
    }
}
