// SPDX-License-Identifier: Apache-2.0
import CLibpng

/// Writes pictures as PNG, with libpng.
///
/// libpng tells of errors by `longjmp`, which may not cross Swift frames. Its simplified interface catches them itself
/// and returns a message, so that is the one used.
package enum PNGWriter {
    /// The longest side that is written, in pixels.
    package static let maximumSide = 16_384

    /// A picture as a PNG file: 8 bits a channel, no alpha.
    ///
    /// - Parameters:
    ///   - width: in pixels.
    ///   - height: in pixels.
    ///   - rgb: red, green and blue of each pixel, row by row from the top left; `3 * width * height` bytes.
    /// - Throws: ``PNGError`` when the sizes are out of range or do not fit the bytes, or when libpng fails.
    package static func encode(width: Int, height: Int, rgb: [UInt8]) throws(PNGError) -> [UInt8] {
        guard 1...maximumSide ~= width, 1...maximumSide ~= height, rgb.count == 3 * width * height else {
            throw PNGError(message: "\(rgb.count) bytes are no picture of \(width) by \(height) pixels")
        }
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        var file = [UInt8](repeating: 0, count: bound(width: width, height: height))
        var size = file.count
        guard png_image_write_to_memory(&image, &file, &size, 0, rgb, 0, nil) != 0 else {
            throw PNGError(message: message(of: image))
        }
        file.removeLast(file.count - size)
        return file
    }

    /// How long a file can get: zlib's own bound for the filtered rows, and the chunks around them.
    private static func bound(width: Int, height: Int) -> Int {
        let rows = (3 * width + 1) * height
        let compressed = rows + rows >> 3 + rows >> 6 + 64
        return compressed + 12 * (compressed / 1024 + 8) + 256
    }

    private static func message(of image: png_image) -> String {
        withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Why there is no PNG.
package struct PNGError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in libpng's words where they are its own.
    package let message: String

    package var description: String { message }
}
