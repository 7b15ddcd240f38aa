// SPDX-License-Identifier: Apache-2.0

/// `RoutingConfig` of an alias.
struct RoutingMembers: Decodable {
    var AdditionalVersionWeights: [String: Double]?
}

/// What CreateAlias is asked for.
struct CreateAliasRequest: Decodable {
    var Name: String?
    var FunctionVersion: String?
    var Description: String?
    var RoutingConfig: RoutingMembers?
}

/// What UpdateAlias is asked for; what is not there stays as it is.
struct UpdateAliasRequest: Decodable {
    var FunctionVersion: String?
    var Description: String?
    var RoutingConfig: RoutingMembers?
    var RevisionId: String?
}
