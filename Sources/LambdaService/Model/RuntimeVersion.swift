// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// Which release of a runtime an environment runs, as Lambda names it when an init begins
/// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html).
///
/// There is no such release here. For `provided.*` it is one that was seen in logs on AWS, for others one of the same
/// form that is always the same.
struct RuntimeVersion: Equatable {
    /// `provided:al2023.v97` and the like.
    let name: String
    let arn: String

    private static let seen = [
        "provided.al2023": ("v97", "c41794fa37de91d5a4c88f2a471b21f574288707c433f12c13d96fe25015cab8"),
        "provided.al2": ("v126", "19258f80605e632e71fce9f74eb7eef4421eb4e2c946c551c7eb27c55b4b3c63"),
    ]

    /// - Parameter runtime: its identifier: `provided.al2023`, `python3.13`.
    init(of runtime: String, region: String) {
        let (release, digest) =
            Self.seen[runtime] ?? ("v1", Hex.encode(Checksum.value(.sha256, of: Array(runtime.utf8))))
        name = "\(Self.family(runtime)).\(release)"
        arn = "arn:aws:lambda:\(region)::runtime:\(digest)"
    }

    /// `provided:al2023`, `python:3.13`: the identifier with a colon where its release begins.
    private static func family(_ runtime: String) -> String {
        if let dot = runtime.firstIndex(of: "."), !runtime[..<dot].contains(where: \.isNumber) {
            return "\(runtime[..<dot]):\(runtime[runtime.index(after: dot)...])"
        }
        guard let digit = runtime.firstIndex(where: \.isNumber) else { return runtime }
        return "\(runtime[..<digit]):\(runtime[digit...])"
    }
}
