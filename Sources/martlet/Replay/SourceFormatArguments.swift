// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import TriggerEvents

/// How the files are read that events come from.
struct SourceFormatArguments: ParsableArguments {
    @Option(help: "What files have in them; by default what they look like.")
    var format: SourceFormat?

    /// - Parameter place: where events are from that do not say so.
    func options(_ place: SamplePlace) -> SourceOptions { SourceOptions(format: format, place: place) }
}

extension SourceFormat: ExpressibleByArgument {}
