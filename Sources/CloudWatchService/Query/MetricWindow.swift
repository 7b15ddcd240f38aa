// SPDX-License-Identifier: Apache-2.0

/// The span of time that a request asks about, and the periods that it is divided into; all in seconds.
///
/// Starts are rounded as AWS documents it
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html).
struct MetricWindow: Sendable, Equatable {
    let start: Int64
    /// The first moment that does not belong to it.
    let end: Int64
    let period: Int64

    /// - Parameters:
    ///   - start: in milliseconds since 1970.
    ///   - end: in milliseconds since 1970, later than the start.
    ///   - period: in seconds, one that ``isPeriod(_:)``.
    ///   - now: in milliseconds since 1970.
    init(start: Int64, end: Int64, period: Int64, now: Int64) {
        let seconds = start.rounded(downTo: 1000) / 1000
        let age = now / 1000 - seconds
        let unit: Int64
        switch age {
        case _ where period < 60: unit = period
        case ..<(15 * 86_400): unit = 60
        case ..<(63 * 86_400): unit = 300
        default: unit = 3600
        }
        self.start = seconds.rounded(downTo: unit)
        // What is left of a second belongs to it.
        self.end = -((-end).rounded(downTo: 1000) / 1000)
        self.period = period
    }

    /// Whether AWS takes it: 1, 5, 10, 20 or 30 seconds, or whole minutes.
    static func isPeriod(_ seconds: Int64) -> Bool {
        switch seconds {
        case 1, 5, 10, 20, 30: true
        default: seconds > 0 && seconds.isMultiple(of: 60)
        }
    }

    /// When the period of a moment begins.
    func periodStart(of moment: Int64) -> Int64 {
        start + (moment - start).rounded(downTo: period)
    }
}
