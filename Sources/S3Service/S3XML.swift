// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import XMLCoder

/// Reading and writing S3's documents.
enum S3XML {
    static let namespace = [(name: "xmlns", value: "http://s3.amazonaws.com/doc/2006-03-01/")]

    /// Reads a document.
    ///
    /// - Throws: `MalformedXML`.
    static func decode<Document: Decodable>(_ type: Document.Type, from body: Bytes) throws(AWSError) -> Document {
        // Spaces around a key or a prefix belong to it.
        let decoder = XMLDecoder(trimValueWhitespaces: false, removeWhitespaceElements: true)
        do {
            return try decoder.decode(type, from: body.withUnsafeBytes { Data($0) })
        } catch {
            throw S3Error.malformedXML
        }
    }
}
