// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Make events to try functions with.",
        discussion: """
            Examples:
              martlet events generate                what can be made
              martlet events generate s3 put --set 'Records[0].s3.object.key=inputs/7.json'
            """,
        subcommands: [GenerateCommand.self])
}
