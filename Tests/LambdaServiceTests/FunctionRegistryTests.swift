// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Randomness
import Testing

@testable import LambdaService

private func registry() -> FunctionRegistry {
    FunctionRegistry(account: "000000000000", region: "us-east-1", makeID: { "revision" })
}

private func configuration(_ name: String = "f", sha256: String = "sha", memory: Int = 128) -> FunctionConfiguration {
    FunctionConfiguration(
        name: name, memoryMegabytes: memory, code: FunctionCode(folder: "/code", sha256: sha256, size: 1))
}

private let arn = "arn:aws:lambda:us-east-1:000000000000:function:f"

/// A registry with function `f`, versions 1 and 2, and alias `live` for version 1.
private func filledRegistry() throws -> FunctionRegistry {
    var registry = registry()
    try registry.create(configuration(), now: 0)
    _ = try registry.publish("f", now: 1)
    _ = try registry.update("f", now: 2) { $0.code.sha256 = "sha2" }
    _ = try registry.publish("f", now: 3)
    try registry.createAlias("live", of: "f", version: "1")
    return registry
}

extension FunctionRegistry {
    fileprivate mutating func message(_ name: String, _ qualifier: String? = nil) -> String? {
        do throws(AWSError) {
            _ = try resolve(name, qualifier: qualifier, draw: { 0 })
            return nil
        } catch {
            return "\(error.status) \(error.code): \(error.message)"
        }
    }
}

@Suite("The function registry")
struct FunctionRegistryTests {
    @Test(
        "A function is found by every form of its name, and keeps its caller's qualifier",
        arguments: [
            ("f", nil, "$LATEST", ""), ("f", "$LATEST", "$LATEST", ":$LATEST"), ("f:2", nil, "2", ":2"),
            ("f", "live", "1", ":live"), ("f:live", "live", "1", ":live"),
            ("000000000000:function:f", nil, "$LATEST", ""),
            ("000000000000:function:f:live", nil, "1", ":live"), ("function:f", "1", "1", ":1"),
            (arn, nil, "$LATEST", ""),
            ("\(arn):live", nil, "1", ":live"), (arn, "2", "2", ":2"),
        ] as [(String, String?, String, String)])
    func names(text: String, qualifier: String?, version: String, suffix: String) throws {
        var registry = try filledRegistry()
        for _ in 0..<2 {
            let found = try registry.resolve(text, qualifier: qualifier, draw: { 0 })
            #expect(found.version.version == version && found.invokedARN == arn + suffix)
        }
    }

    // LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
    @Test("What is not there, or cannot be, gets AWS's error")
    func errors() throws {
        var registry = try filledRegistry()
        #expect(
            registry.message("g")
                == "404 ResourceNotFoundException: Function not found: "
                + "arn:aws:lambda:us-east-1:000000000000:function:g:$LATEST")
        #expect(registry.message("f", "9") == "404 ResourceNotFoundException: Function not found: \(arn):9")
        #expect(
            registry.message("arn:aws:lambda:eu-west-1:000000000000:function:f")
                == "404 ResourceNotFoundException: Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
        )
        #expect(
            registry.message("f:1", "2")
                == "400 InvalidParameterValueException: "
                + "The derived qualifier from the function name does not match the specified qualifier.")
        for name in ["", "a b", "arn:aws:lambda", "f:1:2", String(repeating: "x", count: 65), "f:%"] {
            #expect(
                registry.message(name)?.hasPrefix("400 ValidationException: 1 validation error detected: Value") == true
            )
        }
    }

    @Test("Publishing what has not changed gives the version that is there")
    func idempotentPublish() throws {
        var registry = registry()
        try registry.create(configuration(), now: 0)
        #expect(try registry.publish("f", now: 1).version == "1")
        #expect(try registry.publish("f", now: 2).version == "1")
        _ = try registry.update("f", now: 3) { $0.memoryMegabytes = 256 }
        let second = try registry.publish("f", now: 4)
        #expect(second.version == "2" && second.configuration.memoryMegabytes == 256)
        #expect(try registry.resolve("f:1", draw: { 0 }).version.configuration.memoryMegabytes == 128)
        #expect(throws: AWSError.self) { try registry.publish("f", codeSHA256: "other", now: 5) }
    }

    @Test("An alias moves with its change, not with what was looked up before")
    func cacheIsEmptied() throws {
        var registry = try filledRegistry()
        let before = try registry.resolve("f", draw: { 0 }).version
        let (old, new) = try registry.update("f", now: 9) { $0.description = "new" }
        #expect(old === before)
        #expect(try registry.resolve("f", draw: { 0 }).version === new)
    }

    @Test("An alias with two versions shares the calls by its weight")
    func weights() throws {
        var registry = try filledRegistry()
        try registry.createAlias("canary", of: "f", version: "1", weights: ["2": 0.25])
        #expect(try registry.resolve("f:canary", draw: { 0.2499 }).version.version == "2")
        #expect(try registry.resolve("f:canary", draw: { 0.25 }).version.version == "1")
    }

    @Test("Over 10,000 calls the shares are those of the weights", arguments: [0, 0.01, 0.1, 0.25, 0.5, 0.9, 1])
    func shares(weight: Double) throws {
        var registry = try filledRegistry()
        try registry.createAlias("canary", of: "f", version: "1", weights: ["2": weight])
        let seed: UInt64 = 20_261_121
        var random = RandomBits(seed: seed)
        var counts = ["1": 0.0, "2": 0.0]
        for _ in 0..<10_000 {
            let found = try registry.resolve("f:canary", draw: { Double(random.next() >> 11) * 0x1p-53 })
            counts[found.version.version, default: 0] += 1
        }
        let expected = ["1": 10_000 * (1 - weight), "2": 10_000 * weight]
        let chiSquare = expected.reduce(0.0) { sum, each in
            let difference = (counts[each.key] ?? 0) - each.value
            return each.value == 0 ? sum + abs(difference) : sum + difference * difference / each.value
        }
        // One degree of freedom: 10.83 is passed by chance once in a thousand.
        #expect(chiSquare < 10.83, "seed \(seed), counts \(counts)")
    }

    @Test("An alias is changed in parts, and removed")
    func aliasChanges() throws {
        var registry = try filledRegistry()
        _ = try registry.updateAlias("live", of: "f", AliasChange(version: "2", weights: ["1": 0.5]))
        var alias = try registry.updateAlias("live", of: "f", AliasChange(description: "x"))
        #expect(alias.version == "2" && alias.description == "x" && alias.additional?.version == "1")
        // The version that would be there twice.
        #expect(throws: AWSError.self) { try registry.updateAlias("live", of: "f", AliasChange(version: "1")) }
        alias = try registry.updateAlias("live", of: "f", AliasChange(version: "1", weights: [:]))
        #expect(alias.version == "1" && alias.additional == nil)
        #expect(throws: AWSError.self) { try registry.updateAlias("live", of: "f", AliasChange(revisionID: "other")) }
        try registry.deleteAlias("live", of: "f")
        #expect(registry.message("f:live")?.hasPrefix("404 ") == true)
        #expect(throws: Never.self) { try registry.deleteAlias("live", of: "f") }
    }

    @Test("Tags are added, replaced and removed, at most 50 of them")
    func tags() throws {
        var registry = try filledRegistry()
        let version = try registry.resolve("f", draw: { 0 }).version
        try registry.tag("f", with: ["a": "1", "b": "2"])
        try registry.tag("f", with: ["b": "3"])
        try registry.untag("f", keys: ["a", "c"])
        #expect(registry.functions["f"]?.tags == ["b": "3"])
        // It is the same code still, in the same environments.
        #expect(try registry.resolve("f", draw: { 0 }).version.id == version.id)
        let more = Dictionary(uniqueKeysWithValues: (0..<49).map { ("k\($0)", "") })
        try registry.tag("f", with: more)
        for refused in [["x": ""], ["AWS:x": ""], ["": ""], ["b": "*"], ["b": String(repeating: "x", count: 257)]] {
            #expect(throws: AWSError.self) { try registry.tag("f", with: refused) }
        }
        #expect(registry.functions["f"]?.tags.count == 50)
    }

    // LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
    @Test(
        "An alias that cannot be is refused in AWS's words",
        arguments: [
            ("a", "1", ["2": 0.1, "3": 0.1], "Number of items in AdditionalVersionWeights cannot be greater than 1"),
            ("a", "$LATEST", ["2": 0.1], "$LATEST is not supported for an alias pointing to more than 1 version"),
            (
                "a", "1", ["1": 0.1],
                "Invalid function version 1. Function version 1 is already included in routing configuration."
            ),
            (
                "a", "1", ["2": 2.0],
                "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"
            ),
            (
                "2024", "1", [:],
                "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"
            ),
            ("live", "1", [:], "Alias already exists: \(arn):live"),
            ("a", "9", [:], "Function not found: \(arn):9"),
        ] as [(String, String, [String: Double], String)])
    func refusedAliases(alias: String, version: String, weights: [String: Double], message: String) throws {
        var registry = try filledRegistry()
        do throws(AWSError) {
            try registry.createAlias(alias, of: "f", version: version, weights: weights)
            Issue.record("it was not refused")
        } catch {
            #expect(error.message == message)
        }
    }

    @Test("A version that an alias points to is not deleted")
    func deletion() throws {
        var registry = try filledRegistry()
        #expect(throws: AWSError.self) { try registry.delete(try registry.name("f:1")) }
        #expect(try registry.delete(try registry.name("f:2")).map(\.version) == ["2"])
        #expect(try registry.delete(try registry.name("f")).map(\.version) == ["$LATEST", "1"])
        #expect(registry.functions.isEmpty)
    }

    @Test("A function that AWS would not take is refused")
    func validation() {
        var registry = registry()
        var tooMuch = configuration()
        tooMuch.environment = ["AB": String(repeating: "x", count: 4096)]
        var reserved = configuration()
        reserved.environment = ["AWS_REGION": "x"]
        var slow = configuration()
        slow.timeoutSeconds = 901
        for refused in [tooMuch, reserved, slow, configuration(memory: 127), configuration("a b")] {
            #expect(throws: AWSError.self) { try registry.create(refused, now: 0) }
        }
        #expect(throws: AWSError.self) { try FunctionConfiguration.Runtime(named: "provided") }
        #expect(throws: AWSError.self) { try FunctionConfiguration.Runtime(named: "python2.7") }
        #expect(throws: Never.self) { try FunctionConfiguration.Runtime(named: "provided.al2") }
    }

    @Test("Request ids are UUIDs of version 4, the same for the same seed")
    func requestIDs() throws {
        let ids = RequestIDs(seed: 1), again = RequestIDs(seed: 1)
        let pattern = try Regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        for _ in 0..<100 {
            let id = ids.next()
            #expect(try pattern.wholeMatch(in: id) != nil)
            #expect(id == again.next())
        }
    }
}
