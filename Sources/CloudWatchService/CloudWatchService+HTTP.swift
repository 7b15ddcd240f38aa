// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Gzip
import HTTP1
public import HTTPServer
import ServiceProtocols

extension CloudWatchService: HTTPHandler {
    /// PutMetricData takes 1 MB
    /// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html).
    private static let bodyLimit = 1_048_576
    /// What comes of a packed body: 1000 metrics with 150 values each fit.
    private static let unpackedLimit = 4 << 20

    /// Answers a request of any of CloudWatch's protocols.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let requestID = environment.makeID()
        let wire = WireProtocol(of: request)
        do throws(AWSError) {
            let body = try await body(of: request)
            let (operation, members) = try wire.read(request, body)
            return wire.response(
                to: operation, try perform(operation, members, in: wire), requestID: requestID)
        } catch {
            return wire.response(to: error, requestID: requestID)
        }
    }

    private func body(of request: HTTPRequest) async throws(AWSError) -> Bytes {
        let sent: Bytes
        do throws(RequestBodyError) {
            sent = try await request.body.collect(limit: Self.bodyLimit)
        } catch {
            throw error == .truncated ? CloudWatchError.notReadable : CloudWatchError.tooLarge
        }
        guard let encoding = request.headers["content-encoding"]?.lowercased(), encoding != "identity" else {
            return sent
        }
        guard encoding == "gzip",
            let unpacked = sent.withUnsafeBytes({ Gzip.unpack($0, limit: Self.unpackedLimit) })
        else { throw CloudWatchError.notReadable }
        return Bytes(unpacked)
    }

    private func perform(
        _ operation: String, _ request: RequestMembers, in wire: WireProtocol
    ) throws(AWSError) -> WireValue? {
        store.settle()
        switch operation {
        case "PutMetricData":
            try putMetricData(request)
            return nil
        case "GetMetricStatistics": return try getMetricStatistics(request)
        case "GetMetricData": return try getMetricData(request)
        case "ListMetrics": return try listMetrics(request)
        default: throw CloudWatchError.unknownOperation(operation, in: wire)
        }
    }
}
