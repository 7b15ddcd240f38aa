// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import ImageApplication
import LambdaEvents
import LambdaRuntime
import Logging

/// Turns the endpoint's raw output into `images/<id>.png`.
@main
struct PostProcessor: LambdaHandler {
    let storage: any ObjectStorage

    static func main() async {
        await LambdaRuntime.run {
            PostProcessor(storage: try ApplicationServices.fromEnvironment().storage)
        }
    }

    /// The pictures that were written.
    struct Report: Codable, Equatable {
        var images: [Image] = []

        struct Image: Codable, Equatable {
            var key: String
            var width: Int
            var height: Int
        }
    }

    func handle(_ event: SNSEvent, context: LambdaContext) async throws -> Report {
        var report = Report()
        for record in event.records {
            guard let result = Self.result(of: record.sns) else {
                context.logger.warning("a message is no result", metadata: ["message_id": "\(record.sns.messageID)"])
                continue
            }
            report.images.append(try await process(result, context.logger))
        }
        return report
    }

    private func process(
        _ result: (id: String, output: S3Location), _ logger: Logger
    ) async throws -> Report.Image {
        guard let file = try await storage.get(result.output) else {
            throw MissingOutput(location: result.output.text)
        }
        let picture = try RawPicture(json: file.body)
        let key = ImageKeys.image(result.id)
        let png = try picture.png()
        try await storage.put(key, png, contentType: "image/png", if: .always)
        logger.info(
            "a picture was written",
            metadata: ["image_id": "\(result.id)", "width": "\(picture.width)", "height": "\(picture.height)"])
        return Report.Image(key: key, width: picture.width, height: picture.height)
    }

    /// The request and the raw output that a message tells of; nil for other messages.
    private static func result(of message: SNSEvent.Message) -> (id: String, output: S3Location)? {
        guard
            let notification = try? JSONDecoder().decode(
                SageMakerAsyncNotification.self, from: Data(message.message.utf8)),
            notification.isCompleted, ImageKeys.isID(notification.inferenceId),
            let output = notification.responseParameters.flatMap({ S3Location($0.outputLocation) })
        else { return nil }
        return (notification.inferenceId, output)
    }
}

/// The result that the endpoint told of is not there.
struct MissingOutput: LambdaErrorConvertible {
    let location: String

    var lambdaErrorMessage: String { "there is no object at \(location)" }
}
