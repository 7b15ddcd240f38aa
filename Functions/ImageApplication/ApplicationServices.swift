// SPDX-License-Identifier: Apache-2.0

/// What a function of the application works with, from its environment.
package struct ApplicationServices: Sendable {
    package let storage: any ObjectStorage
    package static func fromEnvironment() throws -> ApplicationServices { throw WriteConflict() }
    package func endpoint() throws -> any Drawing { throw WriteConflict() }
}
