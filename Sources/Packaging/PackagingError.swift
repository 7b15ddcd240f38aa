// SPDX-License-Identifier: Apache-2.0

/// Why a package cannot be made, in words for whoever wants it, with what to do about it.
public struct PackagingError: Error, CustomStringConvertible, Equatable {
    /// The words.
    public let description: String

    /// An error in these words.
    public init(_ description: String) {
        self.description = description
    }
}
