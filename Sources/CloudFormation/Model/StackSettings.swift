// SPDX-License-Identifier: Apache-2.0

/// What a template is deployed as: the values of its pseudo parameters, and those given for its own.
public struct StackSettings: Sendable {
    /// `AWS::StackName`; part of every name that the template leaves open.
    public var stackName: String
    /// `AWS::AccountId`, twelve digits.
    public var account: String
    /// `AWS::Region`.
    public var region: String
    /// `AWS::Partition`.
    public var partition: String
    /// `AWS::URLSuffix`.
    public var urlSuffix: String
    /// Where the stack's services are reached, which the URLs of queues begin with; no slash at the end.
    public var endpoint: String
    /// Values for the template's parameters, before their defaults.
    public var parameters: [String: String]

    /// What other stacks export, which `Fn::ImportValue` asks for.
    public var imports: [String: String]

    /// Settings as a developer's machine has them, unless told otherwise.
    public init(
        stackName: String = "martlet", account: String = "000000000000", region: String = "us-east-1",
        partition: String = "aws", urlSuffix: String = "amazonaws.com",
        endpoint: String = "http://127.0.0.1:4566", parameters: [String: String] = [:],
        imports: [String: String] = [:]
    ) {
        self.stackName = stackName
        self.account = account
        self.region = region
        self.partition = partition
        self.urlSuffix = urlSuffix
        self.endpoint = endpoint
        self.parameters = parameters
        self.imports = imports
    }
}
