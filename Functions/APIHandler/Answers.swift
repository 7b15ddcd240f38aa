// SPDX-License-Identifier: Apache-2.0
import ImageApplication

/// The answer to `GET /images`.
struct Drawn: Codable {
    var url: String
    var prompt: String
}

/// The answer to `POST /images`.
struct Submitted: Codable {
    var id: String
    var status: ImageState.Status
}

/// The answer to `GET /images/{id}`.
struct Progress: Codable {
    var id: String
    var status: ImageState.Status
    var prompt: String?
    /// Why there will be no picture.
    var reason: String?
    var times: [String: String]
    /// Where the picture is, once there is one.
    var url: String?
}

/// The answer to a request that cannot be served.
struct Problem: Codable {
    var message: String
}
