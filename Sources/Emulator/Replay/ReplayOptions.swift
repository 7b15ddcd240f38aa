// SPDX-License-Identifier: Apache-2.0
public import AWSWire
import JSON
public import Replay

/// How events are run again: the parameters of `POST /_martlet/replay`.
///
/// | parameter | meaning |
/// |---|---|
/// | `function`, `qualifier` | run by these, whatever the event says |
/// | `rate=N` | N events a second |
/// | `timing=original` | as far apart as they were recorded |
/// | `concurrency=N` | how many at once; 1 by default, as many as need be with a rate or a timing |
/// | `set=PATH=VALUE` | changes each event; any number of them |
/// | `sync=true` | asynchronous events are waited for too, and not retried |
/// | `idle=true` | a result comes when an asynchronous event is done with, not at its first attempt |
/// | `results=true` | results come with the functions' results |
/// | `ignore=PATH` | leaves that out of comparisons; any number of them |
public struct ReplayOptions: Sendable {
    /// As many as AWS runs for an account.
    private static let mostPlaces = 1000

    /// The function that runs them; nil for that of each event.
    public var function: String?
    /// The version or alias that runs them; nil for that of each event.
    public var qualifier: String?
    /// When they begin.
    public var pacing = ReplayPacing.immediate
    /// How many at once; nil for the default of the pacing.
    public var concurrency: Int?
    /// Changes to each event.
    public var assignments: [String] = []
    /// Whether all of them are waited for.
    public var isSynchronous = false
    /// Whether asynchronous events are followed to their ends.
    public var waitsForEnds = false
    /// Whether results come with what functions returned.
    public var wantsResults = false
    /// JSON paths of what is not compared.
    public var ignored: [String] = []

    /// One after the other.
    public init() {}

    var places: Int { concurrency ?? (pacing == .immediate ? 1 : Self.mostPlaces) }

    /// The parameters that are read as these options.
    public var parameters: QueryString {
        var parameters = QueryString()
        func add(_ name: String, _ value: String?) {
            if let value { parameters.add(name, value) }
        }
        add("function", function)
        add("qualifier", qualifier)
        switch pacing {
        case .immediate: break
        case .rate(let rate): add("rate", String(rate))
        case .original: add("timing", "original")
        }
        add("concurrency", concurrency.map { String($0) })
        assignments.forEach { add("set", $0) }
        if isSynchronous { add("sync", "true") }
        if waitsForEnds { add("idle", "true") }
        if wantsResults { add("results", "true") }
        ignored.forEach { add("ignore", $0) }
        return parameters
    }

    /// Reads a request's parameters.
    ///
    /// - Throws: for what is not understood: no parameter is passed by.
    init(parameters: QueryString) throws(ReplayRequestError) {
        for parameter in parameters.parameters { try read(parameter) }
    }

    private mutating func read(_ parameter: QueryString.Parameter) throws(ReplayRequestError) {
        let value = parameter.value
        switch parameter.name {
        case "function": function = value
        case "qualifier": qualifier = value
        case "rate":
            guard let rate = Double(value), rate > 0, rate <= ReplayPacer.greatestRate else {
                throw ReplayRequestError("rate is events a second: a number above 0, at most 1000000.")
            }
            pacing = .rate(rate)
        case "timing":
            guard value == "original" else { throw ReplayRequestError("timing is original, or left out.") }
            pacing = .original
        case "concurrency":
            guard let number = Int(value), (1...Self.mostPlaces).contains(number) else {
                throw ReplayRequestError("concurrency is a number from 1 to \(Self.mostPlaces).")
            }
            concurrency = number
        case "set": assignments.append(value)
        case "sync": isSynchronous = value == "true"
        case "idle": waitsForEnds = value == "true"
        case "results": wantsResults = value == "true"
        case "ignore": ignored.append(value)
        // What the source of the events reads.
        case "journal", "id", "count": break
        default: throw ReplayRequestError("There is no parameter \(parameter.name).")
        }
    }
}

/// What is wrong with a request for a replay, in a sentence.
struct ReplayRequestError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// ``ReplayOptions`` whose texts are read.
struct ReplayPlan: Sendable {
    let options: ReplayOptions
    let assignments: [JSONAssignment]
    let comparison: RunComparison

    init(_ options: ReplayOptions) throws(ReplayRequestError) {
        self.options = options
        do {
            assignments = try options.assignments.map { text throws(JSONPathError) in try JSONAssignment(text) }
            comparison = RunComparison(
                ignoring: try options.ignored.map { text throws(JSONPathError) in try JSONPath(shorthand: text) })
        } catch {
            throw ReplayRequestError("\(error)")
        }
    }
}
