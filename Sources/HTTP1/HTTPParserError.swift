// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not the HTTP message that was waited for.
public enum HTTPParserError: Error, Equatable {
    /// Not HTTP; the text says what is wrong with it.
    case malformed(String)
    /// Method, target and headers are longer than the limit, in bytes.
    case headTooLarge(limit: Int)
}
