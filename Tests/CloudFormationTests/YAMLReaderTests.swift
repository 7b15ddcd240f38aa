// SPDX-License-Identifier: Apache-2.0
import Randomness
import Testing

@testable import CloudFormation

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
@Suite("Templates in YAML")
struct YAMLReaderTests {
    private static func read(_ text: String) throws -> Node {
        try YAMLReader.read(try TemplateText(Array(text.utf8), file: "t"))
    }

    private static func fault(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return (error as? Fault)?.message
        }
    }

    @Test(
        "A text has the value that its JSON form has",
        arguments: [
            ("a: 1\nb: [x, 'y', \"z\"]\n", #"{"a":1,"b":["x","y","z"]}"#),
            (
                "- 007\n- 1.5\n- 1e3\n- 0x1F\n- -2\n- 1_000\n- 2010-09-09\n",
                ##"["007",1.5,1e3,"0x1F",-2,"1_000","2010-09-09"]"##
            ),
            ("[yes, No, true, OFF, y, ~, null, '', \"true\"]", #"[true,false,true,false,"y",null,null,"","true"]"#),
            ("a: |\n  one\n  two\nb: >-\n  one\n  two\n", #"{"a":"one\u000atwo\u000a","b":"one two"}"#),
            ("a: !Ref Name\nb: !Sub '${Name}'\n", #"{"a":{"Ref":"Name"},"b":{"Fn::Sub":"${Name}"}}"#),
            (
                "!If [C, !GetAtt F.Arn, !Ref AWS::NoValue]",
                #"{"Fn::If":["C",{"Fn::GetAtt":"F.Arn"},{"Ref":"AWS::NoValue"}]}"#
            ),
            ("!Not [!Condition C]", #"{"Fn::Not":[{"Condition":"C"}]}"#),
            (
                "Fn::Join:\n- ''\n- - a\n  - !Select [0, !GetAZs '']\n",
                #"{"Fn::Join":["",["a",{"Fn::Select":[0,{"Fn::GetAZs":""}]}]]}"#
            ),
            (
                "a: &x {k: 1, l: 2}\nb: *x\nc: {<<: *x, l: 3}\n",
                #"{"a":{"k":1,"l":2},"b":{"k":1,"l":2},"c":{"l":3,"k":1}}"#
            ),
            ("a: !!str 12\nb: !!int 12\nc: ! 12\n", #"{"a":"12","b":12,"c":"12"}"#),
            ("\u{FEFF}# words\n--- # begins\na: é\n...\n", #"{"a":"é"}"#),
        ])
    func values(text: String, json: String) throws {
        #expect(try Self.read(text).json == json)
    }

    @Test(
        "What is wrong is told",
        arguments: [
            ("a: [1, 2\n", "did not find expected ',' or ']' while parsing a flow sequence"),
            ("a: 1\na: 2\n", "the key \"a\" stands twice in this object"),
            ("a: *x\n", "no anchor &x stands before this"),
            ("a: 1\n---\nb: 2\n", "a template is one document, here a second one begins"),
            ("", "the template is empty"),
            ("? [a]\n: 1\n", "a key is a string"),
            ("a: !!binary aGk=\n", "CloudFormation does not support !!binary"),
            ("a: !!int many\n", "this is a string, no !!int"),
            ("<<: 1\n", "<< merges objects, this is a number"),
            (String(repeating: "[", count: 101), "values are nested deeper than 100 levels"),
        ])
    func faults(text: String, message: String) {
        #expect(Self.fault(text) == message)
    }

    @Test("A short text does not become a large value")
    func aliases() {
        var text = "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
        for level in 1...9 {
            let item = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: item, count: 9).joined(separator: ", "))]\n"
        }
        #expect(Self.fault(text) == "the template has more than 100000 values")
    }

    @Test("A complaint names line and column, whatever characters stand before")
    func positions() throws {
        let text = "Resources:\n  # Größe: 7 €\n  Topic:\n    Type: AWS::SNS::Topic\n    Pröp: 1\n"
        #expect(complaint(text)?.hasPrefix("template.json:5:5: ") == true)
    }

    @Test("A template gives the same application in both forms")
    func application() throws {
        let yaml = """
            AWSTemplateFormatVersion: 2010-09-09
            Transform: AWS::Serverless-2016-10-31
            Parameters:
              Size: {Type: Number, Default: 256}
            Conditions:
              Large: !Equals [!Ref Size, 256]
            Globals:
              Function: {Runtime: provided.al2023, Handler: bootstrap}
            Resources:
              Handler:
                Type: AWS::Serverless::Function
                Properties:
                  CodeUri: build/
                  MemorySize: !If [Large, !Ref Size, 128]
                  Environment:
                    Variables:
                      TOPIC: !Ref Topic
                      NAME: !GetAtt Topic.TopicName
                      TEXT: !Sub "${AWS::Region}-${Size}"
              Topic:
                Type: AWS::SNS::Topic
            """
        let json = """
            {"Transform": "AWS::Serverless-2016-10-31",
             "Resources": {
               "Handler": {"Type": "AWS::Serverless::Function", "Properties": {
                 "Runtime": "provided.al2023", "Handler": "bootstrap", "CodeUri": "build/", "MemorySize": 256,
                 "Environment": {"Variables": {
                   "TOPIC": {"Ref": "Topic"}, "NAME": {"Fn::GetAtt": ["Topic", "TopicName"]}, "TEXT": "us-east-1-256"}}}},
               "Topic": {"Type": "AWS::SNS::Topic"}}}
            """
        #expect(try CloudFormationTests.read(yaml) == CloudFormationTests.read(json))
    }

    @Test("No text makes the reader stop working", arguments: [UInt64.random(in: 0...UInt64.max)])
    func fuzz(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces = [
            "a: ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "!Sub ", "&x ", "*x", "<<: ", "|\n", "'", "\"", "#",
            "---\n",
            "...", "? ", ": ", "\t", "é", "\u{0}", "%YAML 1.1\n", "!!str ", "1", "~",
        ]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            // A value or a fault, with a place inside the text.
            do {
                _ = try Self.read(text)
            } catch {
                let offset = (error as? Fault)?.offset ?? -1
                #expect((0...text.utf8.count).contains(offset), "seed \(seed), text \(text.debugDescription)")
            }
        }
    }
}
