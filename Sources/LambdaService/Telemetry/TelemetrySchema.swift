// SPDX-License-Identifier: Apache-2.0

/// The two APIs by which extensions subscribe to telemetry; the Telemetry API supersedes the Logs API.
enum TelemetryAPI: String {
    case logs = "Logs"
    case telemetry = "Telemetry"
}

/// The versions of the events that an extension may ask for.
enum TelemetrySchema: String, CaseIterable {
    case logs2020 = "2020-08-15"
    /// With `platform.runtimeDone`.
    case logs2021 = "2021-03-18"
    case july2022 = "2022-07-01"
    /// With function lines as JSON objects where they are written so.
    case december2022 = "2022-12-13"
    case january2025 = "2025-01-29"

    var api: TelemetryAPI {
        switch self {
        case .logs2020, .logs2021: .logs
        case .july2022, .december2022, .january2025: .telemetry
        }
    }

    /// What the lines of JSON logs are written in.
    static let newest = january2025
}
