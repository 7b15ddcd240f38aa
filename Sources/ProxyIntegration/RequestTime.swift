// SPDX-License-Identifier: Apache-2.0
import AWSWire
package import ServiceProtocols

/// The time format of access logs, which `requestContext.time` has: `12/Mar/2020:19:03:58 +0000`.
package enum RequestTime {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    package static func format(_ moment: Timestamp) -> String {
        let iso = ISO8601.formatSeconds(moment.milliseconds)
        let parts = iso.dropLast().split { $0 == "-" || $0 == "T" }
        guard parts.count == 4, let month = Int(parts[1]) else { preconditionFailure("\(iso) is no ISO 8601 time") }
        return "\(parts[2])/\(months[month - 1])/\(parts[0]):\(parts[3]) +0000"
    }
}
