// SPDX-License-Identifier: Apache-2.0
import CloudFormation

/// Reads a template that is written in a test.
func read(_ text: String, _ settings: StackSettings = StackSettings()) throws(TemplateError) -> Application {
    try Application(template: Array(text.utf8), file: "template.json", settings: settings)
}

/// The value of one expression, as an output of an otherwise small template.
///
/// - Parameter sections: further sections, each followed by a comma.
func evaluate(
    _ expression: String, sections: String = "", resources: String = "", settings: StackSettings = StackSettings()
) throws(TemplateError) -> String? {
    let text = """
        {\(sections) "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}\(resources)},
         "Outputs": {"Result": {"Value": \(expression)}}}
        """
    return try read(text, settings).outputs["Result"]
}

/// What the reading of a template complains about; nil when it does not.
func complaint(_ text: String, _ settings: StackSettings = StackSettings()) -> String? {
    complaint(Array(text.utf8), settings)
}

func complaint(_ bytes: [UInt8], _ settings: StackSettings = StackSettings()) -> String? {
    do throws(TemplateError) {
        _ = try Application(template: bytes, file: "template.json", settings: settings)
        return nil
    } catch {
        return error.description
    }
}

/// A serverless template around some resources.
func serverless(_ resources: String, globals: String = "{}") -> String {
    """
    {"Transform": "AWS::Serverless-2016-10-31", "Globals": \(globals), "Resources": {\(resources)}}
    """
}

/// A serverless function with the properties that none can do without.
func function(_ logicalID: String = "Handler", _ properties: String = "", metadata: String = "{}") -> String {
    """
    "\(logicalID)": {"Type": "AWS::Serverless::Function", "Metadata": \(metadata), "Properties": {
        "Runtime": "provided.al2023", "Handler": "bootstrap", "CodeUri": "build/"\(properties)}}
    """
}
