// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import FoundationEssentials
import LambdaEvents
import ServiceProtocols

/// What happened to an object, as its bucket's rules see it.
struct ObjectChange: Sendable {
    /// `ObjectCreated:Put` and the like.
    var event: String
    var bucket: Bucket
    var key: String
    /// Nil for a removal.
    var size: Int?
    /// Nil for a removal.
    var etag: String?
    /// Milliseconds since 1970.
    var time: Int64
    var origin: ChangeOrigin
    /// Its place in the journal; nil without one.
    var mark: JournalMark?

    /// What the journal keeps of it.
    var record: JournalRecord? {
        guard let mark else { return nil }
        var record = JournalRecord(mark, kind: .object)
        record.operation = event
        record.resource = "arn:aws:s3:::\(bucket.name)/\(key)"
        record.requestID = origin.ids.requestID
        record.traceHeader = origin.trace
        guard let size, let etag else { return record }
        var description = JSONObjectWriter()
        description.add("size", size)
        description.add("eTag", etag)
        record.payload = JournalRecord.Content(Bytes(description.finish()))
        return record
    }

    /// The rules that ask for it.
    var rules: [NotificationRule] { bucket.notifications.filter { $0.matches(event: event, key: key) } }

    /// The event that a function gets, as JSON.
    func payload(rule: NotificationRule, sequencer: Sequencer, account: String) throws -> [UInt8] {
        let object = S3Event.Object(
            key: URIEncoding.encodeForm(key, keepingSlashes: true), size: size.map(Int64.init), eTag: etag,
            sequencer: sequencer.text)
        let entity = S3Event.Entity(
            configurationId: rule.id,
            bucket: S3Event.Bucket(
                name: bucket.name,
                ownerIdentity: S3Event.Identity(principalId: BucketOwner(account: account).principal),
                arn: "arn:aws:s3:::\(bucket.name)"),
            object: object)
        let record = S3Event.Record(
            awsRegion: bucket.region, eventTime: ISO8601.format(time), eventName: event,
            userIdentity: S3Event.Identity(principalId: origin.principal),
            requestParameters: S3Event.RequestParameters(sourceIPAddress: origin.address),
            responseElements: S3Event.ResponseElements(requestID: origin.ids.requestID, hostID: origin.ids.hostID),
            s3: entity)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return [UInt8](try encoder.encode(S3Event(records: [record])))
    }
}

/// The ids of the account that owns every bucket; made from its number, so that they stay the same.
struct BucketOwner: Sendable {
    private let digest: [UInt8]

    init(account: String) {
        digest = Checksum.value(.sha256, of: Array("owner \(account)".utf8))
    }

    /// 64 hexadecimal digits.
    var canonicalID: String { Hex.encode(digest) }

    /// `A` and thirteen letters and digits, as events have it.
    var principal: String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUV".utf8)
        return "A" + String(decoding: digest.prefix(13).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }
}
