// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation

/// The members that say where code is: `Code` of CreateFunction, `Content` of PublishLayerVersion, and
/// UpdateFunctionCode itself.
struct CodeMembers: Decodable {
    var ZipFile: Data?
    var S3Bucket: String?
    var S3Key: String?
    var S3ObjectVersion: String?
    var S3ObjectStorageMode: String?
    var ImageUri: String?
    var SourceKMSKeyArn: String?

    enum Source {
        case zip(Data)
        case object(bucket: String, key: String)
    }

    /// The one place that is named.
    ///
    /// - Throws: the error that CreateFunction answers with for none, for two, or for one that is not supported.
    var source: Source {
        get throws(AWSError) {
            let unsupported = [
                ("ImageUri", ImageUri), ("S3ObjectVersion", S3ObjectVersion), ("SourceKMSKeyArn", SourceKMSKeyArn),
                ("S3ObjectStorageMode", S3ObjectStorageMode == "COPY" ? nil : S3ObjectStorageMode),
            ]
            if let (name, _) = unsupported.first(where: { $0.1?.isEmpty == false }) {
                throw .invalidParameter("\(name) is not supported by this emulator.")
            }
            switch (ZipFile, S3Bucket, S3Key) {
            case (let zip?, nil, nil): return .zip(zip)
            case (nil, let bucket?, let key?): return .object(bucket: bucket, key: key)
            case (.some, _, _):
                throw .invalidParameter(
                    "Please do not provide other FunctionCode parameters when providing a ZipFile.")
            case (nil, _, _): throw .invalidParameter("Please provide a source for function code.")
            }
        }
    }
}
