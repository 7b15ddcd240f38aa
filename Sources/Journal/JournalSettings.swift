// SPDX-License-Identifier: Apache-2.0
public import JSON

/// How much the journal keeps, for how long, and what of it nobody shall read.
public struct JournalSettings: Sendable {
    /// How large the file may become, in bytes; the oldest records go first.
    public var size = 1 << 30
    /// How long a record stays after it came into the journal, by the machine's clock.
    public var age = Duration.seconds(7 * 86_400)
    /// How much of a payload or a result is kept, in bytes.
    public var payload = 256 << 10
    /// What is taken out of payloads, results and lines that are JSON, before they are written.
    public var redactions: [JSONPath] = []

    /// The defaults: 1 GiB, seven days, 256 KiB of each payload, nothing taken out.
    public init() {}
}
