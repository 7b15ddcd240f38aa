// SPDX-License-Identifier: Apache-2.0

/// The policies that every topic has from its creation on, as GetTopicAttributes shows them.
enum DefaultPolicies {
    /// Who may do what: everybody in the topic's own account.
    static func accessPolicy(topic: String, account: String) -> String {
        let actions = [
            "GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe",
            "ListSubscriptionsByTopic", "Publish",
        ].map { "\"SNS:\($0)\"" }.joined(separator: ",")
        return #"{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","#
            + #""Effect":"Allow","Principal":{"AWS":"*"},"Action":[\#(actions)],"Resource":"\#(topic)","#
            + #""Condition":{"StringEquals":{"AWS:SourceOwner":"\#(account)"}}}]}"#
    }

    /// How HTTP endpoints are retried.
    static let effectiveDeliveryPolicy =
        #"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"#
        + #""numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"#
        + #""disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}"#
}
