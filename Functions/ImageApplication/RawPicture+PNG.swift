// SPDX-License-Identifier: Apache-2.0
import PNGWriter

extension RawPicture {
    /// The picture as a PNG file.
    ///
    /// - Throws: what libpng says when it fails.
    package func png() throws -> [UInt8] {
        try PNGWriter.encode(width: width, height: height, rgb: rgb)
    }
}
