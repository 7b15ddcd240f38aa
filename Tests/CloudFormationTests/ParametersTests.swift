// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Testing

@Suite("Parameters")
struct ParametersTests {
    func value(_ declaration: String, given: String?) throws -> String? {
        let settings = StackSettings(parameters: given.map { ["P": $0] } ?? [:])
        return try evaluate(#"{"Ref": "P"}"#, sections: "\"Parameters\": {\"P\": \(declaration)},", settings: settings)
    }

    @Test("A value that is given goes before the default")
    func override() throws {
        #expect(try value(#"{"Type": "String", "Default": "a"}"#, given: nil) == "a")
        #expect(try value(#"{"Type": "String", "Default": "a"}"#, given: "b") == "b")
    }

    @Test(
        "A value that breaks a constraint is refused",
        arguments: [
            (#"{"Type": "String"}"#, nil, "Parameters: [P] must have values"),
            (#"{"Type": "String", "AllowedValues": ["a"]}"#, "b", "Parameter 'P' must be one of AllowedValues"),
            (#"{"Type": "String", "AllowedPattern": "[a-z]+"}"#, "ab1", "must match pattern [a-z]+"),
            (
                #"{"Type": "String", "AllowedPattern": "a", "ConstraintDescription": "an a"}"#, "b",
                "Parameter P failed to satisfy constraint: an a"
            ),
            (#"{"Type": "String", "AllowedPattern": "("}"#, "b", "is no regular expression"),
            (#"{"Type": "Number"}"#, "x", "Parameter 'P' must be a number."),
            (#"{"Type": "Number", "MaxValue": 5}"#, "6", "within MinValue and MaxValue"),
            (#"{"Type": "String", "MinLength": 2}"#, "a", "within MinLength and MaxLength"),
            (#"{"Type": "Colour"}"#, "a", "Unrecognized parameter type: Colour"),
            (#"{"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a"}"#, nil, "no Systems Manager"),
        ])
    func constraints(declaration: String, given: String?, expected: String) {
        let error = #expect(throws: TemplateError.self) { try value(declaration, given: given) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test("A value for a parameter that is not there is refused")
    func unknown() {
        let error = #expect(throws: TemplateError.self) {
            try evaluate("1", settings: StackSettings(parameters: ["Nobody": "1"]))
        }
        #expect(error?.description.contains("Parameters: [Nobody] do not exist in the template") == true)
    }
}
