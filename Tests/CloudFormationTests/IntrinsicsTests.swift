// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Testing

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
@Suite("Intrinsic functions")
struct IntrinsicsTests {
    static let sections = """
        "Parameters": {
            "Name": {"Type": "String", "Default": "wren"}, "Count": {"Type": "Number", "Default": 3},
            "Zones": {"Type": "CommaDelimitedList", "Default": "a, b,c"}
        },
        "Mappings": {"Sizes": {"us-east-1": {"Memory": 512, "List": ["x", "y"]}}},
        "Conditions": {
            "IsWren": {"Fn::Equals": [{"Ref": "Name"}, "wren"]},
            "IsNot": {"Fn::Not": [{"Condition": "IsWren"}]},
            "Both": {"Fn::And": [{"Condition": "IsWren"}, {"Condition": "IsNot"}]},
            "Either": {"Fn::Or": [{"Condition": "IsWren"}, {"Condition": "IsNot"}]}
        },
        """

    @Test(
        "Each function gives its value",
        arguments: [
            (#"{"Ref": "Name"}"#, "wren"),
            (#"{"Ref": "Count"}"#, "3"),
            (#"{"Ref": "AWS::Region"}"#, "us-east-1"),
            (#"{"Ref": "AWS::AccountId"}"#, "000000000000"),
            (#"{"Ref": "AWS::Partition"}"#, "aws"),
            (#"{"Ref": "AWS::StackName"}"#, "martlet"),
            (#"{"Ref": "AWS::URLSuffix"}"#, "amazonaws.com"),
            (#"{"Fn::Join": ["-", ["a", {"Ref": "Name"}, 1, true]]}"#, "a-wren-1-true"),
            (#"{"Fn::Join": ["", {"Ref": "Zones"}]}"#, "abc"),
            (#"{"Fn::Join": [",", ["a", {"Ref": "AWS::NoValue"}, "b"]]}"#, "a,b"),
            (#"{"Fn::Select": [1, {"Ref": "Zones"}]}"#, "b"),
            (#"{"Fn::Select": ["2", {"Fn::Split": ["::", "a::b::c"]}]}"#, "c"),
            (#"{"Fn::Select": [0, {"Fn::Split": ["|", "|b"]}]}"#, ""),
            (#"{"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "Memory"]}"#, "512"),
            (#"{"Fn::Select": [1, {"Fn::FindInMap": ["Sizes", "us-east-1", "List"]}]}"#, "y"),
            (#"{"Fn::Sub": "${Name}s in ${AWS::Region}: $5 ${!Name}"}"#, "wrens in us-east-1: $5 ${Name}"),
            (#"{"Fn::Sub": ["${Name} and ${Other}", {"Other": {"Ref": "Count"}, "Name": "x"}]}"#, "x and 3"),
            (#"{"Fn::Sub": "${Topic.TopicName}"}"#, "martlet-Topic-"),
            (#"{"Fn::GetAtt": ["Topic", "TopicArn"]}"#, "arn:aws:sns:us-east-1:000000000000:martlet-Topic-"),
            (#"{"Fn::GetAtt": "Topic.TopicArn"}"#, "arn:aws:sns:us-east-1:000000000000:martlet-Topic-"),
            (#"{"Ref": "Topic"}"#, "arn:aws:sns:us-east-1:000000000000:martlet-Topic-"),
            (#"{"Fn::Base64": {"Ref": "Name"}}"#, "d3Jlbg=="),
            (#"{"Fn::Join": [",", {"Fn::GetAZs": ""}]}"#, "us-east-1a,us-east-1b,us-east-1c"),
            (
                #"{"Fn::Join": [",", {"Fn::Cidr": ["192.168.1.7/24", 3, 5]}]}"#,
                "192.168.1.0/27,192.168.1.32/27,192.168.1.64/27"
            ),
            (#"{"Fn::Select": [1, {"Fn::Cidr": ["2001:db8::/56", 4, 64]}]}"#, "2001:db8:0:1::/64"),
            (#"{"Fn::If": ["IsWren", "yes", {"Fn::Unknown": 1}]}"#, "yes"),
            (#"{"Fn::If": ["IsNot", "yes", "no"]}"#, "no"),
            (#"{"Fn::If": ["Both", "yes", "no"]}"#, "no"),
            (#"{"Fn::If": ["Either", "yes", "no"]}"#, "yes"),
        ])
    func values(expression: String, expected: String) throws {
        let value = try evaluate(expression, sections: Self.sections)
        // A generated name ends with letters that are nobody's business here.
        #expect(expected.hasSuffix("-Topic-") ? value?.hasPrefix(expected) == true : value == expected)
    }

    @Test(
        "A wrong call is told with its place",
        arguments: [
            (
                #"{"Ref": "Nobody"}"#,
                "Result.Value.Ref: Template format error: Unresolved resource dependencies [Nobody]"
            ),
            (#"{"Fn::GetAtt": ["Topic", "Colour"]}"#, "the attribute Colour of AWS::SNS::Topic is not supported"),
            (#"{"Fn::Join": ["-"]}"#, "Result.Value.Fn::Join: expected a list of 2 values"),
            (#"{"Fn::Join": ["-", "a"]}"#, "Result.Value.Fn::Join[1]: expected a list, found a string"),
            (#"{"Fn::Select": [7, {"Ref": "Zones"}]}"#, "Fn::Select cannot select nonexistent value"),
            (#"{"Fn::Select": [99999999999999999999, ["a"]]}"#, "Fn::Select cannot select nonexistent value"),
            (#"{"Fn::Split": ["", "a"]}"#, "the delimiter is empty"),
            (#"{"Fn::FindInMap": ["Sizes", "mars", "Memory"]}"#, "Unable to get mapping for Sizes::mars::Memory"),
            (#"{"Fn::Sub": "${Name"}"#, "must end with a brace"),
            (#"{"Fn::Sub": "${Zones}"}"#, "expected a string"),
            (#"{"Fn::If": ["Never", 1, 2]}"#, "Unresolved condition Never"),
            (#"{"Fn::Bird": []}"#, "the function Fn::Bird is not supported"),
            (#"{"Ref": "Name", "More": 1}"#, "Ref stands alone in its object"),
            (#"[1]"#, "expected a string, found a list"),
        ])
    func wrongCalls(expression: String, expected: String) {
        let error = #expect(throws: TemplateError.self) { try evaluate(expression, sections: Self.sections) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(error?.diagnostics.first?.line ?? 0 > 1)
    }

    @Test("Conditions that lead in a circle are an error")
    func circularConditions() {
        let circle = #""Conditions": {"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Fn::Not": [{"Condition": "A"}]}},"#
        let error = #expect(throws: TemplateError.self) { try evaluate(#"{"Fn::If": ["A", 1, 2]}"#, sections: circle) }
        #expect(error?.description.contains("too deep, or in a circle") == true)
    }

    @Test("A chain of conditions as long as a template can be is an error, not a crash")
    func longChain() {
        let links = (1..<12_000).map { #""C\#($0)": {"Fn::Not": [{"Condition": "C\#($0 + 1)"}]}"# }
        let chain = "\"Conditions\": {\(links.joined(separator: ","))},"
        let error = #expect(throws: TemplateError.self) { try evaluate(#"{"Fn::If": ["C1", 1, 2]}"#, sections: chain) }
        #expect(error?.description.contains("too deep") == true)
    }

    @Test("A name is the same in every run, and another for another stack")
    func generatedNames() throws {
        let expression = #"{"Fn::GetAtt": ["Topic", "TopicName"]}"#
        let name = try evaluate(expression)
        #expect(try evaluate(expression) == name)
        #expect(try evaluate(expression, settings: StackSettings(stackName: "other")) != name)
    }

    @Test("What another stack exports is given, or asked for")
    func imports() throws {
        let expression = #"{"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}-bucket"}}"#
        let settings = StackSettings(imports: ["martlet-bucket": "feathers"])
        #expect(try evaluate(expression, settings: settings) == "feathers")
        let error = #expect(throws: TemplateError.self) { try evaluate(expression) }
        #expect(error?.description.contains("No export named martlet-bucket found.") == true)
    }

    @Test("A parameter of Systems Manager is missed only where it is used")
    func systemsManager() throws {
        // As every template of the CDK has it.
        let sections = """
            "Parameters": {"BootstrapVersion": {
                "Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}},
            """
        #expect(try evaluate(#""fine""#, sections: sections) == "fine")
        #expect(throws: TemplateError.self) { try evaluate(#"{"Ref": "BootstrapVersion"}"#, sections: sections) }
        let settings = StackSettings(parameters: ["BootstrapVersion": "21"])
        #expect(try evaluate(#"{"Ref": "BootstrapVersion"}"#, sections: sections, settings: settings) == "21")
    }

    @Test(
        "The functions of the language extensions give their values",
        arguments: [
            (#"{"Fn::Join": ["", ["n", {"Fn::Length": {"Ref": "Zones"}}]]}"#, "n3"),
            (#"{"Fn::ToJsonString": {"a": [{"Ref": "Name"}, 1], "b": {"Ref": "AWS::NoValue"}}}"#, #"{"a":["wren",1]}"#),
            (#"{"Fn::FindInMap": ["Sizes", "mars", "Memory", {"DefaultValue": {"Ref": "Count"}}]}"#, "3"),
            (#"{"Fn::FindInMap": ["Sizes", "us-east-1", "Memory", {"DefaultValue": 1}]}"#, "512"),
            (
                #"{"Fn::ToJsonString": {"Fn::ForEach::Z": ["Z", {"Ref": "Zones"}, {"${Z}1": {"Fn::Sub": "${Z}-${Name}"}}]}}"#,
                #"{"a1":"a-wren","b1":"b-wren","c1":"c-wren"}"#
            ),
        ])
    func extensions(expression: String, expected: String) throws {
        let transform = #""Transform": "AWS::LanguageExtensions","#
        #expect(try evaluate(expression, sections: transform + Self.sections) == expected)
        let error = #expect(throws: TemplateError.self) { try evaluate(expression, sections: Self.sections) }
        #expect(error?.description.contains("AWS::LanguageExtensions") == true)
    }

    @Test("A loop makes resources, in each other too")
    func loops() throws {
        let application = try read(
            """
            {"Transform": ["AWS::LanguageExtensions"], "Resources": {
                "Fn::ForEach::Birds": ["Bird", ["wren", "sand-martin"], {
                    "Fn::ForEach::Kinds": ["Kind", ["In", "Out"], {
                        "Topic&{Bird}${Kind}": {
                            "Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "${Bird}-${Kind}"}}}}]}]}}
            """)
        #expect(
            application.topics.map { "\($0.logicalID) \($0.topicName)" } == [
                "TopicwrenIn wren-In", "TopicwrenOut wren-Out", "TopicsandmartinIn sand-martin-In",
                "TopicsandmartinOut sand-martin-Out",
            ])
    }
}
