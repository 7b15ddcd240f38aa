// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

/// The ids that API Gateway gives a request.
struct RequestIdentity {
    /// As `JKJaXmPLvHcESHA=`: fifteen base64 digits and a sign, which clients see in `apigw-requestid`.
    let requestID: String
    /// As `Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e`.
    let newTrace: String

    /// - Parameter id: a UUID.
    init(id: String, now: Timestamp) {
        requestID = Base64.encode(id.utf8.filter { $0 != UInt8(ascii: "-") }.prefix(11))
        let digits = id.filter { $0 != "-" }.prefix(24)
        let seconds = String(now.milliseconds / 1000, radix: 16)
        newTrace = "Root=1-\(String(repeating: "0", count: max(0, 8 - seconds.count)))\(seconds)-\(digits)"
    }
}
