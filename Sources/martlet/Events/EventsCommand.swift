// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Buffers
import Foundation
import Journal
import ServiceProtocols

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Show what happened and what caused it, and make events to try functions with.",
        discussion: """
            Of the emulator that runs, or, where none does, of the state folder that it left.

            Examples:
              martlet events                                   the newest, to pick from on a terminal
              martlet events list --function Resize --outcome failed --since 10m
              martlet events list --where '$.detail.id == 7' --json
              martlet events show 1042                         one record, with payload and result
              martlet events graph 1042                        what it came from and what came of it
              martlet events tail --kind invocation,attempt    as it happens
              martlet events export > run.jsonl                to import it elsewhere
              martlet events generate                          what events can be made
              martlet events generate s3 put --set 'Records[0].s3.object.key=inputs/7.json'
            """,
        subcommands: [
            EventsListCommand.self, EventsShowCommand.self, EventsTailCommand.self, EventsGraphCommand.self,
            EventsExportCommand.self, EventsImportCommand.self, GenerateCommand.self,
        ], defaultSubcommand: EventsListCommand.self)
}

struct EventsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List records, the newest first.",
        discussion: """
            On a terminal, pick one: arrows move, typing searches, Enter shows it, r runs it again then, Tab shows its
            tree, Esc ends.
            """)

    @OptionGroup var filter: RecordFilterArguments
    @OptionGroup var journal: JournalArguments

    @Option(name: [.short, .long], help: "How many records at most.")
    var limit = 50

    @Flag(help: "Print the list, on a terminal too.")
    var plain = false

    @Flag(help: "One JSON object a line, with payloads.")
    var json = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit takes a number from 1, not \(limit).") }
    }

    func run() throws {
        let source = try journal.source()
        var query = RecordQuery(filter.filter, limit: min(limit, RecordQuery.longestPage))
        var records: [JournalRecord] = []
        repeat {
            query.limit = min(limit - records.count, RecordQuery.longestPage)
            let page = try source.page(query, withContent: json)
            if json { page.records.forEach { Console.output(String(decoding: $0.json(), as: UTF8.self)) } }
            records += page.records
            query.after = page.next
        } while query.after != nil && records.count < limit
        guard !json else { return }
        guard !records.isEmpty else { return Console.output("The journal has no such records.") }
        if !plain, RecordPicker.isPossible { return try RecordPicker(records, source).run() }
        Console.output(RecordTable(records).text)
        if query.after != nil { Console.output(Console.coloured("There is more: --limit, or a closer filter.", .dim)) }
    }
}

struct EventsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one record, with its payload and result.")

    @Argument(help: "The record's number, or a request id.")
    var id: String

    @OptionGroup var journal: JournalArguments

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        guard let record = try journal.source().record(id) else {
            throw Refused(description: "The journal has no record \(id). 'martlet events list' shows what there is.")
        }
        Console.output(json ? String(decoding: record.json(), as: UTF8.self) : RecordDetails(record).text)
    }
}

struct EventsGraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Show all that came from the same beginning, as a tree of causes.")

    @Argument(help: "The record's number, or a request id.")
    var id: String

    @OptionGroup var journal: JournalArguments

    @Flag(inversion: .prefixedNo, help: "The lines that functions wrote too.")
    var logs = true

    @Flag(help: "One JSON object a line, with payloads; 'cause' is the number of the cause.")
    var json = false

    func run() throws {
        let records = try journal.source().related(to: id).filter { logs || $0.kind != .log }
        guard !records.isEmpty else {
            throw Refused(description: "The journal has no record of \(id). 'martlet events list' shows what there is.")
        }
        guard !json else {
            return records.forEach { Console.output(String(decoding: $0.json(), as: UTF8.self)) }
        }
        Console.output(RecordTreeText(RecordTree(records)).text)
    }
}

struct EventsTailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Show records as they are written, until Ctrl-C.")

    @OptionGroup var filter: RecordFilterArguments
    @OptionGroup var journal: JournalArguments

    @Flag(help: "One JSON object a line, with payloads.")
    var json = false

    func run() throws {
        try journal.remote().tail(filter.filter) { line in
            guard !line.isEmpty else { return }
            if json { return Console.output(line.string) }
            if let record = JournalRecord(line: line) { Console.output(RecordSummary(record).line) }
        }
    }
}

struct EventsExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print records with their payloads, one JSON object a line, oldest first.")

    @OptionGroup var filter: RecordFilterArguments
    @OptionGroup var journal: JournalArguments

    @Option(name: [.short, .long], help: "A file to write instead.", completion: .file())
    var output: String?

    func run() throws {
        let file = try output.map { try OutputFile(path: $0) } ?? OutputFile.standardOutput
        try journal.source().export(filter.filter) { try file.write($0) }
    }
}

struct EventsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take what 'martlet events export' printed; records get new numbers.")

    @Argument(help: "The file.", completion: .file(extensions: ["jsonl"]))
    var file: String

    @OptionGroup var journal: JournalArguments

    func run() throws {
        guard let data = try? Data(contentsOf: URL(filePath: file), options: .mappedIfSafe) else {
            throw Refused(description: "Cannot read \(file).")
        }
        let count = try journal.source().take(Bytes(data))
        Console.output("\(count) records imported.")
    }
}
