// SPDX-License-Identifier: Apache-2.0

/// The policies of a serverless function, checked for their form: nothing checks here what they allow.
///
/// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
enum FunctionPolicies {
    static func check(_ policies: Located) throws(Fault) {
        guard let items = policies.node.items else { return try check(policies, at: 0) }
        for (index, item) in items.enumerated() {
            try check(Located(node: item, path: policies.path.item(index)), at: index)
        }
    }

    private static func check(_ policy: Located, at index: Int) throws(Fault) {
        // A managed policy, by its name or ARN.
        if case .text = policy.node.value { return }
        if case .null = policy.node.value { return }
        guard let members = policy.node.members else { throw invalid(policy, at: index) }
        if policy.node["Statement"] != nil { return }
        guard members.count == 1, let member = members.first else { throw invalid(policy, at: index) }
        let value = Located(node: member.value, path: policy.path.member(member.key))
        if member.key == "Fn::If" {
            for (branch, item) in (member.value.items ?? []).enumerated().dropFirst() {
                try check(Located(node: item, path: value.path.item(branch)), at: index)
            }
        } else if member.key != "Ref", !member.key.hasPrefix("Fn::") {
            guard let parameters = parameters[member.key] else { throw invalid(policy, at: index) }
            guard let given = member.value.members else {
                throw value.fault("Must specify valid parameter values for policy template '\(member.key)'")
            }
            let missing = parameters.filter { name in !given.contains { $0.key == name } }
            guard missing.isEmpty else {
                let names = missing.map { "'\($0)'" }.joined(separator: ", ")
                throw value.fault(
                    "Following required parameters of template '\(member.key)' don't have values: [\(names)]")
            }
        }
    }

    private static func invalid(_ policy: Located, at index: Int) -> Fault {
        policy.fault("Policy at index \(index) in the 'Policies' property is not valid")
    }

    /// What each policy template must be given.
    private static let parameters: [String: [String]] = {
        var all: [String: [String]] = [:]
        for (parameters, names) in templates {
            for name in names.split(whereSeparator: \.isWhitespace) { all[String(name)] = parameters }
        }
        return all
    }()

    private static let templates: [(parameters: [String], names: String)] = [
        (
            [],
            """
            AMIDescribePolicy CloudFormationDescribeStacksPolicy CloudWatchDashboardPolicy
            CloudWatchDescribeAlarmHistoryPolicy CloudWatchPutMetricPolicy CodePipelineLambdaExecutionPolicy
            ComprehendBasicAccessPolicy CostExplorerReadOnlyPolicy EC2DescribePolicy EKSDescribePolicy
            MobileAnalyticsWriteOnlyAccessPolicy OrganizationsListAccountsPolicy RekognitionDetectOnlyPolicy
            RekognitionFacesPolicy RekognitionLabelsPolicy SESEmailTemplateCrudPolicy
            ServerlessRepoReadWriteAccessPolicy TextractDetectAnalyzePolicy TextractGetResultPolicy
            TextractPolicy VPCAccessPolicy
            """
        ),
        (["AccessPoint", "FileSystem"], "EFSWriteAccessPolicy"),
        (["BucketName"], "S3CrudPolicy S3FullAccessPolicy S3ReadPolicy S3WritePolicy"),
        (["CertificateArn"], "AcmGetCertificatePolicy"),
        (
            ["ClusterId"],
            """
            ElasticMapReduceAddJobFlowStepsPolicy ElasticMapReduceCancelStepsPolicy
            ElasticMapReduceModifyInstanceFleetPolicy ElasticMapReduceModifyInstanceGroupsPolicy
            ElasticMapReduceSetTerminationProtectionPolicy ElasticMapReduceTerminateJobFlowsPolicy
            """
        ),
        (
            ["CollectionId"],
            """
            RekognitionFacesManagementPolicy RekognitionNoDataAccessPolicy RekognitionReadPolicy
            RekognitionWriteOnlyAccessPolicy
            """
        ),
        (["DeliveryStreamName"], "FirehoseCrudPolicy FirehoseWritePolicy"),
        (["DomainName"], "ElasticsearchHttpPostPolicy"),
        (["EndpointConfigName"], "SageMakerCreateEndpointConfigPolicy"),
        (["EndpointName"], "SageMakerCreateEndpointPolicy"),
        (["EventBusName"], "EventBridgePutEventsPolicy"),
        (["FunctionName"], "AWSSecretsManagerRotationPolicy LambdaInvokePolicy"),
        (["HostedZoneId"], "Route53ChangeResourceRecordSetsPolicy"),
        (["IdentityName"], "SESBulkTemplatedCrudPolicy SESCrudPolicy SESSendBouncePolicy"),
        (["IdentityName", "TemplateName"], "SESBulkTemplatedCrudPolicy_v2"),
        (["ImageId"], "EC2CopyImagePolicy"),
        (["KeyId"], "KMSDecryptPolicy KMSEncryptPolicy KMSEncryptPolicy_v2"),
        (["LexiconName"], "PollyFullAccessPolicy"),
        (["LogGroupName"], "FilterLogEventsPolicy"),
        (["ParameterName"], "SSMParameterReadPolicy SSMParameterWithSlashPrefixReadPolicy"),
        (["PinpointApplicationId"], "PinpointEndpointAccessPolicy"),
        (["PipelineName"], "CodePipelineReadOnlyPolicy"),
        (["QueueName"], "SQSPollerPolicy SQSSendMessagePolicy"),
        (["RepositoryName"], "CodeCommitCrudPolicy CodeCommitReadPolicy"),
        (["SecretArn"], "AWSSecretsManagerGetSecretValuePolicy"),
        (
            ["StateMachineName"],
            """
            StepFunctionsCallbackPolicy StepFunctionsExecutionPolicy StepFunctionsExecutionPolicy_v2
            """
        ),
        (["StreamName"], "KinesisCrudPolicy KinesisStreamReadPolicy"),
        (["StreamName", "TableName"], "DynamoDBStreamReadPolicy"),
        (
            ["TableName"],
            """
            DynamoDBBackupFullAccessPolicy DynamoDBCrudPolicy DynamoDBReadPolicy DynamoDBReconfigurePolicy
            DynamoDBRestoreFromBackupPolicy DynamoDBWritePolicy
            """
        ),
        (["TaskDefinition"], "EcsRunTaskPolicy"),
        (["TopicName"], "SNSCrudPolicy SNSPublishMessagePolicy"),
        (["WorkGroupName"], "AthenaQueryPolicy"),
    ]
}
