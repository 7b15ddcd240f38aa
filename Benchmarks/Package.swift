// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// A package of its own, so that nobody who uses Martlet builds its benchmarks.

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "Benchmarks",
    products: [
        .executable(name: "EchoBootstrap", targets: ["EchoBootstrap"]),
        .executable(name: "InvokeBenchmark", targets: ["InvokeBenchmark"]),
    ],
    dependencies: [
        .package(name: "martlet", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "EchoBootstrap", dependencies: [.product(name: "LambdaRuntime", package: "martlet")],
            swiftSettings: swiftSettings),
        .executableTarget(name: "InvokeBenchmark", swiftSettings: swiftSettings),
    ],
    swiftLanguageModes: [.v6]
)
