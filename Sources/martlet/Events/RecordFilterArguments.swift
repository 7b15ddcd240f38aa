// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Journal
import ServiceProtocols

/// Which records a command is about.
struct RecordFilterArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only such records, with commas for several.",
            discussion: JournalRecord.Kind.allCases.map(\.rawValue).joined(separator: ", ") + "."),
        completion: .list(JournalRecord.Kind.allCases.map(\.rawValue)))
    var kind: NameList<JournalRecord.Kind>?

    @Option(name: [.short, .long], help: "Only what is about that function.")
    var function: String?

    @Option(help: "Only that version or alias.")
    var qualifier: String?

    @Option(help: "Only that request id, or that message's id.")
    var request: String?

    @OptionGroup var conditions: RecordConditionArguments

    var filter: RecordFilter {
        var filter = conditions.filter
        filter.kinds = Set(kind?.values ?? [])
        filter.function = function
        filter.qualifier = qualifier
        filter.requestID = request
        return filter
    }
}

/// What is asked of records, whatever they are about.
struct RecordConditionArguments: ParsableArguments {
    @Option(
        help: "succeeded, accepted, failed, throttled or refused, with commas for several.",
        completion: .list(JournalRecord.Outcome.allCases.map(\.rawValue)))
    var outcome: NameList<JournalRecord.Outcome>?

    @Option(help: "Where it came from: lambda, s3, sns, sqs, apigateway or sagemaker.")
    var source: String?

    @Option(help: "Only since then: 30s, 10m, 2h, 1d ago, or a time such as 2026-11-21T15:04:05Z.")
    var since: Since?

    @Option(help: "Only until then.")
    var until: Since?

    @Option(help: "Only where that stands in payload, result, resource or error.")
    var text: String?

    @Option(help: "Only where payload or result fulfils a JSON path condition: '$.detail.id == 7'.")
    var `where`: [ConditionArgument] = []

    var filter: RecordFilter {
        var filter = RecordFilter()
        filter.outcomes = Set(outcome?.values ?? [])
        filter.source = source
        filter.since = since.map { Timestamp(milliseconds: $0.moment(before: .now)) }
        filter.until = until.map { Timestamp(milliseconds: $0.moment(before: .now)) }
        filter.text = text.flatMap { $0.isEmpty ? nil : $0 }
        filter.conditions = `where`.map(\.condition)
        return filter
    }
}

/// Names with commas between them: `failed,throttled`.
struct NameList<Value: RawRepresentable & CaseIterable & Sendable>: ExpressibleByArgument
where Value.RawValue == String {
    let values: [Value]

    init?(argument: String) {
        let names = argument.split(separator: ",")
        values = names.compactMap { Value(rawValue: String($0)) }
        guard values.count == names.count, !values.isEmpty else { return nil }
    }

    static var allValueStrings: [String] { Value.allCases.map(\.rawValue) }
}

/// A condition on a payload or a result: `$.detail.id == 7`.
struct ConditionArgument: ExpressibleByArgument {
    let condition: JSONCondition

    init?(argument: String) {
        guard let condition = try? JSONCondition(argument) else { return nil }
        self.condition = condition
    }
}
