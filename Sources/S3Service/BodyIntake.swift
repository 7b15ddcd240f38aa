// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers

/// Takes a body as it arrives: gives its data out, and checks it against what the head of the request said.
///
/// Pure: a value that is fed. Whoever feeds it decides where, and where the data goes.
struct BodyIntake: Sendable {
    private var expectation: BodyExpectation
    private var decoder: AWSChunkedDecoder?
    private var md5 = Checksum(.md5)
    private var sha256: Checksum?
    private var checksum: Checksum?
    private var size = 0
    /// The hash of the current chunk, where chunks are signed.
    private var chunkHash: Checksum?
    private var chunkSignature: String?

    init(_ expectation: BodyExpectation) {
        self.expectation = expectation
        if expectation.isChunked { decoder = AWSChunkedDecoder() }
        if expectation.sha256 != nil { sha256 = Checksum(.sha256) }
        if let expected = expectation.checksum { checksum = Checksum(expected.algorithm) }
    }

    /// Takes the next bytes from the wire.
    ///
    /// - Returns: the object's own bytes among them.
    mutating func take(_ piece: Bytes) throws(AWSError) -> [Bytes] {
        guard var decoder else {
            try count(piece)
            return [piece]
        }
        let result = piece.withUnsafeBytes { bytes in
            Result { () throws(AWSError) in try decoder.feed(bytes) }
        }
        let events = try result.get()
        self.decoder = decoder
        var data: [Bytes] = []
        for event in events {
            if let part = try handle(event, piece) { data.append(part) }
        }
        return data
    }

    /// Checks what can be checked at the end only.
    mutating func finish() throws(AWSError) -> BodySummary {
        try decoder?.finish()
        guard size == expectation.length else { throw S3Error.incompleteBody }
        let md5 = self.md5.value
        if let expected = expectation.md5, expected != md5 {
            throw AWSError(
                "BadDigest", "The Content-MD5 you specified did not match what we received.", status: 400,
                details: [
                    AWSError.Detail("ExpectedDigest", Base64.encode(expected)),
                    AWSError.Detail("CalculatedDigest", Base64.encode(md5)),
                ])
        }
        if let expected = expectation.sha256, let sha256 { try check(sha256, expected) }
        return BodySummary(size: size, md5: Hex.encode(md5), checksum: try checkedChecksum())
    }

    private mutating func handle(_ event: AWSChunkedDecoder.Event, _ piece: Bytes) throws(AWSError) -> Bytes? {
        switch event {
        case .chunk(_, let signature):
            chunkSignature = signature
            chunkHash = expectation.chunkSignatures == nil ? nil : Checksum(.sha256)
        case .data(let range):
            let data = piece.slice(range)
            try count(data)
            return data
        case .chunkEnd: try checkChunk()
        case .trailer(let name, let value): try take(trailer: name, value)
        case .end: break
        }
        return nil
    }

    private mutating func count(_ data: Bytes) throws(AWSError) {
        size += data.count
        guard size <= expectation.length else { throw S3Error.incompleteBody }
        data.withUnsafeBytes { bytes in
            md5.update(bytes)
            sha256?.update(bytes)
            checksum?.update(bytes)
            chunkHash?.update(bytes)
        }
    }

    private mutating func checkChunk() throws(AWSError) {
        guard let hash = chunkHash else { return }
        let isRight = expectation.chunkSignatures?.accept(chunkSignature ?? "", chunkHash: Hex.encode(hash.value))
        guard isRight != false else {
            throw AWSError(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and "
                    + "signing method.", status: 403)
        }
    }

    private mutating func take(trailer name: String, _ text: String) throws(AWSError) {
        guard let expected = expectation.checksum, expected.value == nil, name == expected.algorithm.headerName else {
            return
        }
        guard let value = Base64.decode(text), value.count == checksum?.value.count else {
            throw S3Error.invalidRequest("Value for \(name) trailing header is invalid.")
        }
        expectation.checksum?.value = value
    }

    private func check(_ sha256: Checksum, _ expected: String) throws(AWSError) {
        let computed = Hex.encode(sha256.value)
        guard computed == expected else {
            throw AWSError(
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.", status: 400,
                details: [
                    AWSError.Detail("ClientComputedContentSHA256", expected),
                    AWSError.Detail("S3ComputedContentSHA256", computed),
                ])
        }
    }

    private func checkedChecksum() throws(AWSError) -> BodySummary.NamedChecksum? {
        guard let expected = expectation.checksum, let checksum else { return nil }
        guard let value = expected.value else {
            throw AWSError(
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to our published "
                    + "schema.", status: 400)
        }
        guard value == checksum.value else {
            throw AWSError(
                "BadDigest",
                "The \(expected.algorithm.rawValue) you specified did not match the calculated checksum.", status: 400)
        }
        return BodySummary.NamedChecksum(algorithm: expected.algorithm, base64: checksum.base64)
    }
}
