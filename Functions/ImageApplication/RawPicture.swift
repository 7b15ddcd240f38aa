// SPDX-License-Identifier: Apache-2.0

/// What the endpoint draws: the rows of a picture, each pixel a triple of red, green and blue.
package struct RawPicture: Sendable, Equatable {
    package let width: Int
    package let height: Int
    /// Row by row from the top left, three bytes a pixel.
    package let rgb: [UInt8]

    /// Reads the endpoint's JSON: `{"generated_image": [[[r, g, b], …], …], "prompt": …}`, or `generated_images` with
    /// several, of which the first counts.
    ///
    /// - Throws: ``InvalidPicture`` for everything that is no such document, pictures with rows of different lengths
    ///   and colours that are no whole numbers from 0 to 255 among them.
    package init(json: [UInt8]) throws(InvalidPicture) {
        self = try json.withUnsafeBufferPointer { (bytes) throws(InvalidPicture) in
            var parser = RawPictureParser(bytes)
            return try parser.readDocument()
        }
    }

    init(width: Int, height: Int, rgb: [UInt8]) {
        self.width = width
        self.height = height
        self.rgb = rgb
    }
}

/// Why something is no raw picture, and at which byte that was noticed.
package struct InvalidPicture: Error, Equatable, CustomStringConvertible {
    package let reason: String
    package let offset: Int

    package var description: String { "the raw output is no picture: \(reason) at byte \(offset)" }
}
