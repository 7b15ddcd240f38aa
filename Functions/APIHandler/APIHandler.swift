// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import ImageApplication
import LambdaEvents
import LambdaRuntime
import Logging

/// Answers the HTTP API: takes prompts, hands out pictures.
@main
struct APIHandler: LambdaHandler {
    /// How long a picture's address works.
    static let urlLifetime = Duration.seconds(300)

    let storage: any ObjectStorage
    let endpoint: any Drawing
    let makeID: @Sendable () -> String
    let now: @Sendable () -> String

    static func main() async {
        await LambdaRuntime.run {
            let services = try ApplicationServices.fromEnvironment()
            return APIHandler(
                storage: services.storage, endpoint: try services.endpoint(),
                makeID: { UUID().uuidString.lowercased() }, now: { EventTime.now })
        }
    }

    func handle(_ event: APIGatewayV2Request, context: LambdaContext) async throws -> APIGatewayV2Response {
        do {
            switch event.routeKey {
            case "GET /images": return try await draw(event, context.logger)
            case "POST /images": return try await submit(event, context.logger)
            case "GET /images/{id}": return try await look(event)
            default: return try Self.problem(404, "Not Found")
            }
        } catch let invalid as InvalidRequest {
            return try Self.problem(400, invalid.reason)
        } catch let failure as DrawingFailure {
            context.logger.error("the endpoint gave no picture", metadata: ["reason": "\(failure.reason)"])
            return try Self.problem(502, failure.reason)
        }
    }

    /// `GET /images?prompt=…`: the picture at once.
    private func draw(_ event: APIGatewayV2Request, _ logger: Logger) async throws -> APIGatewayV2Response {
        let request = try ImageRequest(query: event.queryStringParameters ?? [:])
        let id = makeID()
        let output = try await endpoint.draw(request.json)
        let picture: RawPicture
        do {
            picture = try RawPicture(json: output)
        } catch {
            throw DrawingFailure(reason: error.description)
        }
        let file = try picture.png()
        try await storage.put(ImageKeys.image(id), file, contentType: "image/png", if: .always)
        logger.info("a picture was drawn", metadata: ["image_id": "\(id)", "bytes": "\(file.count)"])
        let url = try storage.presignedURL(ImageKeys.image(id), expiresIn: Self.urlLifetime)
        return try .json(Drawn(url: url, prompt: request.prompt))
    }

    /// `POST /images`: a picture later.
    private func submit(_ event: APIGatewayV2Request, _ logger: Logger) async throws -> APIGatewayV2Response {
        let request = try ImageRequest(json: event.bodyData ?? Data())
        let id = makeID()
        let states = StateStore(storage)
        let submitted = ImageState.Event(.submitted, time: now(), prompt: request.prompt)
        // Before the input, whose arrival the state tracker hears of: it passes on only what nobody has passed on.
        try await states.passOn(id, submitted)
        try await storage.put(ImageKeys.input(id), request.json, contentType: "application/json", if: .always)
        do {
            try await endpoint.drawLater(S3Location(bucket: storage.bucket, key: ImageKeys.input(id)), id: id)
        } catch let failure as DrawingFailure {
            try await states.record(ImageState.Event(.failed, time: now(), reason: failure.reason), of: id)
            throw failure
        }
        logger.info("a request was submitted", metadata: ["image_id": "\(id)"])
        return try .json(Submitted(id: id, status: .submitted), statusCode: 202)
    }

    /// `GET /images/{id}`: how far it has come.
    private func look(_ event: APIGatewayV2Request) async throws -> APIGatewayV2Response {
        guard let id = event.pathParameters?["id"], ImageKeys.isID(id),
            let state = try await StateStore(storage).state(of: id)
        else { return try Self.problem(404, "there is no image with this id") }
        let url = try state.image.map { try storage.presignedURL($0, expiresIn: Self.urlLifetime) }
        return try .json(
            Progress(
                id: id, status: state.status, prompt: state.prompt, reason: state.reason, times: state.times, url: url))
    }

    private static func problem(_ status: Int, _ message: String) throws -> APIGatewayV2Response {
        try .json(Problem(message: message), statusCode: status)
    }
}
