// SPDX-License-Identifier: Apache-2.0

/// Why an emulator cannot start, in words for the person who starts it.
public struct EmulatorError: Error, CustomStringConvertible {
    /// What is wrong, and what to do about it.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The message alone, so that it can be printed as it is.
    public var description: String { message }
}
