// SPDX-License-Identifier: Apache-2.0
import Logging

/// How a function logs, as its environment variables ask.
///
/// `POWERTOOLS_LOG_LEVEL` and `LOG_LEVEL` choose the level; `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets from the
/// function's logging configuration, is the least severe level that Lambda keeps, so it can only make the choice
/// stricter.
struct LoggingOptions: Sendable, Equatable {
    var level: Logger.Level
    /// `POWERTOOLS_SERVICE_NAME`.
    var service: String

    init(_ variables: [String: String]) {
        let chosen = (variables["POWERTOOLS_LOG_LEVEL"] ?? variables["LOG_LEVEL"]).flatMap(Self.level(named:))
        let least = variables["AWS_LAMBDA_LOG_LEVEL"].flatMap(Self.level(named:))
        switch (chosen, least) {
        case (let chosen?, let least?): level = max(chosen, least)
        case (let one?, nil), (nil, let one?): level = one
        case (nil, nil): level = .info
        }
        service = variables["POWERTOOLS_SERVICE_NAME"] ?? "service_undefined"
    }

    private static func level(named name: String) -> Logger.Level? {
        switch name.uppercased() {
        case "TRACE": .trace
        case "DEBUG": .debug
        case "INFO": .info
        case "NOTICE": .notice
        case "WARN", "WARNING": .warning
        case "ERROR": .error
        case "CRITICAL", "FATAL": .critical
        default: nil
        }
    }
}
