// SPDX-License-Identifier: Apache-2.0
import Randomness
import Testing

@testable import APIGatewayService

@Suite struct RouteTableTests {
    // AWS documentation, "Working with routes for HTTP APIs", the table of examples; and the rules before it.
    @Test(
        "The most specific route takes the request",
        arguments: [
            ("GET", "/pets/dog/1", "GET /pets/dog/1"),
            ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
            ("GET", "/pets/cat/1", "GET /pets/{proxy+}"),
            ("POST", "/test/5", "ANY /{proxy+}"),
            ("GET", "/pets/dog/2/3", "GET /pets/{proxy+}"),
            ("POST", "/pets/dog/1", "ANY /{proxy+}"),
            ("PUT", "/", "$default"),
            ("GET", "/both/1", "ANY /both/1"),
            ("GET", "/any", "GET /any"),
            ("PUT", "/any", "ANY /any"),
            ("GET", "/pets/", "ANY /{proxy+}"),
            ("GET", "/pets/dog/", "GET /pets/{proxy+}"),
        ])
    func priority(method: String, path: String, key: String) throws {
        let table = try table([
            "$default", "ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1",
            "ANY /both/1", "GET /both/{proxy+}", "ANY /any", "GET /any",
        ])
        #expect(table.match(method: method, path: path)?.key.text == key)
    }

    @Test(
        "A route that does not fit takes nothing",
        arguments: [
            ("GET", "/images"), ("GET", "/images/"), ("GET", "/images/1/2"), ("POST", "/images/1"),
            ("HEAD", "/images/1"), ("GET", "/files"), ("GET", "/files/"), ("get", "/images/1"), ("GET", ""),
            ("GET", "*"),
        ])
    func noMatch(method: String, path: String) throws {
        let table = try table(["GET /images/{id}", "ANY /files/{path+}"])
        #expect(table.match(method: method, path: path) == nil)
    }

    @Test("Variables hold what the request has in their place")
    func variables() throws {
        let table = try table(["GET /a/{one}/b/{rest+}"])
        let match = try #require(table.match(method: "GET", path: "/a/x%20y/b/c//d"))
        #expect(match.variables == ["one": "x%20y", "rest": "c//d"])
    }

    @Test(
        "A broken key is refused",
        arguments: [
            "", "GET", "GET ", "/images", "GET images", "get /images", "FETCH /images", "GET  /images", "GET /{}",
            "GET /{+}", "GET /a{id}", "GET /{id}b", "GET /{a+}/b", "GET /{a}/{a}", "GET /{{a}}", "GET /}a{",
        ])
    func brokenKey(text: String) {
        #expect(throws: HTTPAPIError.self) { try RouteKey(text) }
    }

    @Test("Two routes with one key are refused in API Gateway's words")
    func duplicate() {
        #expect(throws: HTTPAPIError("Route with key GET /pets already exists for this API")) {
            try table(["GET /pets", "POST /pets", "GET /pets"])
        }
    }

    @Test("No path and no set of routes makes the router fail", arguments: UInt64(1)...40)
    func fuzz(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var keys: Set<String> = []
        for _ in 0..<random.below(12) {
            let key = random.pick(["GET ", "ANY ", "POST "]) + random.path(from: ["a", "{x}", "{y}", "b", "{z+}", ""])
            if (try? RouteKey(key)) != nil { keys.insert(key) }
        }
        let table = try table(keys.sorted())
        for _ in 0..<200 {
            let path = random.path(from: ["a", "b", "", "%", "%zz", "{x}", "é", "c d", "?", "..", "a%2Fb"])
            guard let match = table.match(method: random.pick(["GET", "POST", "", "ANY"]), path: path) else { continue }
            #expect(keys.contains(match.key.text))
            #expect(match.variables.values.allSatisfy { !$0.isEmpty && path.contains($0) }, "\(path) \(match)")
        }
    }

    private func table(_ keys: [String]) throws -> RouteTable<Int> {
        try RouteTable(try keys.enumerated().map { (key: try RouteKey($1), target: $0) })
    }
}

extension SplitMix64 {
    fileprivate mutating func below(_ limit: Int) -> Int {
        Int(next() % UInt64(limit))
    }

    fileprivate mutating func pick(_ choices: [String]) -> String {
        choices[below(choices.count)]
    }

    fileprivate mutating func path(from pieces: [String]) -> String {
        (0..<below(6)).map { _ in "/" + pick(pieces) }.joined()
    }
}
