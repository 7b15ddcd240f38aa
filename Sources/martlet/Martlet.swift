// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Runs AWS Lambda functions and what triggers them on this machine.",
        discussion: """
            Functions are real processes: the same bootstrap that runs on provided.al2 and provided.al2023.

            Examples:
              martlet init bird-counter              make a new package with a function
              martlet start                          run template.json
              martlet invoke Resize --event e.json   run one function once
              martlet test events/                   play recorded events and compare what they give
              martlet events generate s3 put         write an event as S3 would send it
              martlet logs --follow                  watch what functions write
              martlet events                         what happened, and what caused it
              martlet replay --until-idle            what happened, once more
              martlet audit Resize                   whether it stands events twice and in any order
              martlet report                         what they did, and what it would cost
              martlet template                       show what a template describes
              martlet clock advance 10m              let ten minutes go by at once
              martlet chaos add kill --rate 0.1      let things go wrong on purpose
              martlet package                        zip files to deploy, proved in an empty root

            Shell completions: martlet --generate-completion-script bash|zsh|fish
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, StartCommand.self, InvokeCommand.self, TestCommand.self, EventsCommand.self,
            LogsCommand.self,
            ReportCommand.self, TemplateCommand.self, ClockCommand.self, ChaosCommand.self,
            ReplayCommand.self, MirrorCommand.self, AuditCommand.self, PackageCommand.self,
        ])

    /// Runs the command that is named.
    ///
    /// What turns out to be wrong while it runs is told as it is: the usage that would be added is not the command's.
    static func main() async {
        do {
            var command = try parseAsRoot()
            do {
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            } catch let error as ValidationError {
                Console.note("Error: \(error.message)")
                throw ExitCode.validationFailure
            }
        } catch {
            exit(withError: error)
        }
    }
}
