// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc
import HTTPServer

/// Stands in for a model that makes pictures from prompts.
///
/// This is **no diffusion model** and no machine learning at all: a prompt's letters choose the colours and the shapes
/// of a noise pattern, see ``Painting``. It takes and gives what a Stable Diffusion endpoint does, so that everything
/// around it can be tried without a graphics card; to have real pictures, name another command in the template.
///
/// It follows SageMaker's container contract: `GET /ping` and `POST /invocations`, on the port in
/// `SAGEMAKER_BIND_TO_PORT` or `PORT`, or given as its argument, else 8080. SIGTERM ends it, and so does
/// the end of the process that started it.
/// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
@main
enum StandInModel {
    static func main() async throws {
        let loop = try EventLoop.start(named: "model")
        let server = HTTPServer(loop: loop, port: port, handler: ModelRoutes(loop: loop))
        try await server.start()
        await Termination.wait(on: loop)
        await server.stop()
        await loop.shutdown()
    }

    private static var port: Int {
        let names = ["SAGEMAKER_BIND_TO_PORT", "PORT"]
        let given = names.compactMap { (name: String) -> String? in getenv(name).map { String(cString: $0) } }
        let candidates = CommandLine.arguments.dropFirst().prefix(1) + given
        return candidates.lazy.compactMap { Int($0) }.first { 0...65_535 ~= $0 } ?? 8080
    }
}
