// SPDX-License-Identifier: Apache-2.0
import JSON

/// A file of tests: one step, or several that are played in order.
public struct TestFile: Sendable {
    /// The file's name, without its extension.
    public let name: String
    /// Whether it shares no state with other files, so that it may be played at the same time as they are.
    public let isIndependent: Bool
    /// Its steps; at least one.
    public let steps: [Step]
    /// Whether the steps are in a list.
    let isList: Bool

    /// The file with some of its steps; nil when none is left.
    public func filtered(_ isWanted: (Step) -> Bool) -> TestFile? {
        let steps = steps.filter(isWanted)
        return steps.isEmpty ? nil : TestFile(name: name, isIndependent: isIndependent, steps: steps, isList: isList)
    }

    private init(name: String, isIndependent: Bool, steps: [Step], isList: Bool) {
        self.name = name
        self.isIndependent = isIndependent
        self.steps = steps
        self.isList = isList
    }

    /// Reads a file.
    ///
    /// - Throws: ``ScenarioError`` that says what is wrong with it.
    public init(name: String, text: [UInt8]) throws(ScenarioError) {
        guard let value = text.withUnsafeBytes({ JSONValue(parsing: $0) }), case .object(var members) = value else {
            throw ScenarioError("it is no JSON object")
        }
        self.name = name
        switch members.removeValue(forKey: "independent") {
        case nil: isIndependent = false
        case .bool(let flag)?: isIndependent = flag
        default: throw ScenarioError("independent is neither true nor false")
        }
        isList = members["steps"] != nil
        guard let list = members["steps"] else {
            steps = [try Step(name: name, members)]
            return
        }
        try Step.check(members, required: [], optional: ["description", "steps"])
        guard case .array(let items) = list, !items.isEmpty else { throw ScenarioError("steps is no list with steps") }
        var steps: [Step] = []
        for (index, item) in items.enumerated() {
            guard case .object(let members) = item else { throw ScenarioError("steps[\(index)] is no object") }
            do {
                steps.append(try Step(name: "\(name)[\(index)]", members))
            } catch {
                throw ScenarioError("steps[\(index)]: \(error.description)")
            }
        }
        self.steps = steps
    }
}
