// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Glibc
import LambdaRuntime

/// Writes its response as its event says, or as the body of an HTTP request says.
@main struct StreamingFunction: StreamingLambdaHandler {
    func handle(_ event: Event, response: ResponseWriter, context: LambdaContext) async throws {
        let wish = event.wish
        if let status = wish.status {
            try await response.begin(status: status, headers: wish.headers ?? [:], cookies: wish.cookies ?? [])
        } else if let type = wish.contentType {
            try await response.begin(contentType: type)
        }
        for piece in wish.pieces ?? [] {
            if piece.hasPrefix("wait:") {
                // A named pipe opens when somebody opens its other end.
                close(open(String(piece.dropFirst(5)), O_RDONLY))
            } else {
                try await response.write(piece)
            }
        }
        if let message = wish.error { throw Failure(lambdaErrorMessage: message) }
    }

    static func main() async { await LambdaRuntime.run(streaming: StreamingFunction()) }
}

struct Failure: LambdaErrorConvertible {
    let lambdaErrorMessage: String
}

/// What the function is to do: alone, or as the body of a request to a function URL.
struct Event: Decodable {
    struct Wish: Decodable {
        var status: Int?
        var headers: [String: String]?
        var cookies: [String]?
        var contentType: String?
        var pieces: [String]?
        var error: String?
    }

    private struct Request: Decodable {
        var body: String?
    }

    let wish: Wish

    init(from decoder: any Decoder) throws {
        if let body = try Request(from: decoder).body {
            wish = try JSONDecoder().decode(Wish.self, from: Data(body.utf8))
        } else {
            wish = try Wish(from: decoder)
        }
    }
}
