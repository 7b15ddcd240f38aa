// SPDX-License-Identifier: Apache-2.0
import LambdaService

/// The trace that an event of a test begins, by which the runs that it causes are known.
struct EventTrace: Sendable {
    /// `1-65ef0000-0123456789abcdef01234567`.
    let root: String

    /// - Parameter id: a UUID; what it has of digits becomes the root.
    init(id: String) {
        let digits = id.filter { $0 != "-" }
        root = "1-\(digits.prefix(8))-\(digits.dropFirst(8))"
    }

    // https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
    var header: (name: String, value: String) {
        ("X-Amzn-Trace-Id", "Root=\(root);Parent=\(root.suffix(16));Sampled=0")
    }

    /// The root of a run's trace.
    static func root(of record: InvocationRecord) -> String {
        let field = record.traceHeader.split(separator: ";").first { $0.hasPrefix("Root=") } ?? ""
        return String(field.dropFirst(5))
    }
}
