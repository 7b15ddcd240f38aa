// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Testing

@Suite("Packaged templates")
struct PackagedTemplateTests {
    private func packaged(_ template: String, _ locations: [String: String]) throws(TemplateError) -> String {
        try PackagedTemplate.text(Array(template.utf8), file: "t", locations: locations)
    }

    @Test("Code locations point at the zip files; all else stays, in its order")
    func serverless() throws {
        let text = try packaged(
            """
            {"Transform": "AWS::Serverless-2016-10-31", "Resources": {
             "F": {"Type": "AWS::Serverless::Function", "Metadata": {"Martlet": {"SwiftProduct": "F"}, "Own": 1},
                   "Properties": {"CodeUri": "f/", "Handler": {"Ref": "H"}}},
             "L": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "l"}},
             "B": {"Type": "AWS::S3::Bucket"}}}
            """, ["F": "F.zip", "L": "L.zip"])
        let expected = """
            {
              "Transform": "AWS::Serverless-2016-10-31",
              "Resources": {
                "F": {
                  "Type": "AWS::Serverless::Function",
                  "Metadata": {
                    "Own": 1
                  },
                  "Properties": {
                    "Handler": {
                      "Ref": "H"
                    },
                    "CodeUri": "F.zip"
                  }
                },
                "L": {
                  "Type": "AWS::Serverless::LayerVersion",
                  "Properties": {
                    "ContentUri": "L.zip"
                  }
                },
                "B": {
                  "Type": "AWS::S3::Bucket"
                }
              }
            }

            """
        #expect(text == expected)
    }

    @Test("Plain functions, assets of the CDK and short forms of YAML")
    func plain() throws {
        let text = try packaged(
            """
            Resources:
              F:
                Type: AWS::Lambda::Function
                Metadata: {aws:asset:path: asset.1, aws:asset:property: Code}
                Properties:
                  Runtime: provided.al2023
                  Handler: f
                  Role: !Sub "arn:aws:iam::${AWS::AccountId}:role/r"
                  Code: {S3Bucket: b, S3Key: k}
            """, ["F": "F.zip"])
        #expect(text.contains("\"Code\": \"F.zip\""))
        #expect(text.contains("\"Fn::Sub\""))
        #expect(!text.contains("aws:asset"))
        let application = try? Application(template: Array(text.utf8), file: "t")
        #expect(application?.functions.first?.code == .zip("F.zip"))
    }

    @Test("What is not in the text, or has no code, is refused")
    func refused() {
        let template = "{\"Resources\": {\"B\": {\"Type\": \"AWS::S3::Bucket\"}}}"
        #expect(throws: TemplateError.self) { try packaged(template, ["B": "B.zip"]) }
        #expect(throws: TemplateError.self) { try packaged(template, ["F": "F.zip"]) }
    }
}
