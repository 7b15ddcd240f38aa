// SPDX-License-Identifier: Apache-2.0

/// What a function of the application works with, from its environment.
public struct ApplicationServices: Sendable {
    public let storage: any ObjectStorage
    public static func fromEnvironment() throws -> ApplicationServices { throw WriteConflict() }
    public func endpoint() throws -> any Drawing { throw WriteConflict() }
}
