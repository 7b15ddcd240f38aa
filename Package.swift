// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// The targets in the order of their layers: an arrow of dependency only ever points to an earlier one.

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: swiftSettings)
}

func function(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Functions/\(name)", swiftSettings: swiftSettings)
}

/// What the functions of the application share.
func applicationLibrary(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Functions/\(name)", swiftSettings: swiftSettings)
}

func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let xmlCoder = Target.Dependency.product(name: "XMLCoder", package: "XMLCoder")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .library(name: "LambdaRuntime", targets: ["LambdaRuntime"]),
        .library(name: "LambdaEvents", targets: ["LambdaEvents"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // C libraries: a module map and a header each.
        systemLibrary("CLibuv", pkgConfig: "libuv", apt: "libuv1-dev"),
        systemLibrary("CLibcurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        systemLibrary("CLibcrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        systemLibrary("CLibarchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
        systemLibrary("CLibpng", pkgConfig: "libpng", apt: "libpng-dev"),
        systemLibrary("CLibyaml", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CAuxv"),
        .target(name: "CLLHTTP"),

        // The loop and the transports on it.
        library("Buffers"),
        library("Locks"),
        library("Randomness"),
        library("EventLoop", ["Buffers", "Locks", "CLibuv"]),
        library("HTTP1", ["Buffers", "CLLHTTP"]),
        library("HTTPServer", ["EventLoop", "HTTP1", "Locks"]),
        library("Curl", ["Buffers", "Locks", "CLibcurl"]),
        library("Gzip", ["CZlib"]),
        library("ELF"),
        library("HTTPClient", ["EventLoop", "HTTP1", "Curl"]),

        // Pure: what AWS says on the wire, in events and in templates.
        library("AWSWire", ["Buffers", "CLibcrypto"]),
        library("JSONValues"),
        library("JSON", ["JSONValues"]),
        library("LambdaEvents", ["JSONValues"]),
        library("CloudFormation", ["CLibyaml"]),
        library("TriggerEvents", ["Gzip", "AWSWire", "JSON", "LambdaEvents", "Randomness"]),
        library("Scenario", ["JSON"]),
        library("MartletSettings"),
        library("NewPackage"),

        // What a handler links.
        library("FunctionClock"),
        library("LambdaRuntime", ["Buffers", "CAuxv", "Curl", "FunctionClock", "HTTP1", "Locks", logging]),
        library("AWSClient", ["Buffers", "Curl", "FunctionClock", "AWSWire"]),

        // The emulated services, and what they know of each other.
        library("ServiceProtocols", ["Buffers"]),
        library("EmulatedTime", ["EventLoop", "ServiceProtocols", heap]),
        library("Chaos", ["Buffers", "JSON", "Randomness", "ServiceProtocols"]),
        library("ProxyIntegration", ["Buffers", "HTTP1", "HTTPServer", "AWSWire", "LambdaEvents"]),
        library("ServiceWire", ["Buffers", "HTTP1", "HTTPServer", "AWSWire", "ServiceProtocols"]),
        library("Store", ["Locks", grdb]),
        library("Replay", ["Buffers", "Randomness", "AWSWire", "JSON", "ServiceProtocols", histogram]),
        library("Journal", ["Buffers", "Locks", "AWSWire", "JSON", "ServiceProtocols", grdb, grdbSQLite]),
        library(
            "LambdaService",
            [
                "HTTPServer", "HTTPClient", "EventLoop", "Locks", "Randomness", "AWSWire", "JSON", "LambdaEvents",
                "ProxyIntegration", "ServiceProtocols", "ServiceWire", "Store", "CLibarchive", grdb,
            ]),
        library(
            "S3Service",
            [
                "HTTPServer", "EventLoop", "Locks", "AWSWire", "LambdaEvents", "ServiceProtocols", "ServiceWire",
                "Store", grdb, crypto, logging, xmlCoder,
            ]),
        library(
            "SNSService",
            ["HTTPServer", "EventLoop", "AWSWire", "JSON", "ServiceProtocols", "ServiceWire", crypto, cryptoExtras]),
        library(
            "APIGatewayService",
            ["HTTPServer", "EventLoop", "AWSWire", "LambdaEvents", "ProxyIntegration", "ServiceProtocols"]),
        library(
            "SageMakerService",
            [
                "HTTPServer", "HTTPClient", "EventLoop", "AWSWire", "LambdaEvents", "ServiceProtocols",
                "ServiceWire", "Store", grdb, logging,
            ]),
        library(
            "LogsService",
            [
                "Buffers", "HTTP1", "HTTPServer", "EventLoop", "AWSWire", "JSON", "ServiceProtocols", "ServiceWire",
            ]),
        library(
            "SQSService",
            [
                "Buffers", "HTTP1", "HTTPServer", "EventLoop", "AWSWire", "JSON", "ServiceProtocols", "ServiceWire",
                "Store", grdb, heap,
            ]),
        library(
            "CloudWatchService",
            [
                "Buffers", "HTTP1", "HTTPServer", "EventLoop", "AWSWire", "Gzip", "JSON", "ServiceProtocols",
                "ServiceWire",
            ]),
        library("STSService", ["HTTPServer", "AWSWire", "ServiceProtocols", "ServiceWire"]),
        library(
            "Emulator",
            [
                "Buffers", "EventLoop", "HTTP1", "HTTPServer", "AWSWire", "CloudFormation", "EmulatedTime",
                "JSON", "Locks", "ProxyIntegration",
                "ServiceProtocols", "Chaos", "ServiceWire", "Store", "LambdaService", "S3Service", "SNSService",
                "APIGatewayService",
                "SageMakerService", "STSService", "LogsService", "SQSService", "CloudWatchService", "MartletSettings",
                "Journal", "Replay", "ELF",
            ]),
        // The core of the emulator under a seeded simulation, for tests and for long runs.
        library(
            "Simulation",
            [
                "AWSWire", "Buffers", "EmulatedTime", "EventLoop", "HTTP1", "HTTPServer", "JSON", "LambdaService",
                "Randomness",
                "S3Service", "SNSService", "SQSService", "ServiceProtocols", "Store", logging,
            ]),
        .executableTarget(
            name: "soak", dependencies: ["Simulation", argumentParser], swiftSettings: swiftSettings),
        library("Packaging", ["AWSWire", "ELF", "JSON", "LambdaService"]),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Emulator", "EventLoop", "Buffers", "Curl", "HTTPClient", "AWSWire", "AWSClient", "CloudFormation",
                "EmulatedTime", "ELF", "Journal", "LambdaService", "Locks", "JSON", "NewPackage", "Packaging",
                "Randomness", "Replay", "Scenario", "ServiceProtocols", "Store", "TriggerEvents", "CMalloc",
                argumentParser,
            ],
            swiftSettings: swiftSettings),

        // The application of template.json.
        applicationLibrary("PNGWriter", ["CLibpng"]),
        applicationLibrary("ImageApplication", ["AWSClient", "Buffers", "FunctionClock", "PNGWriter"]),
        function("APIHandler", ["LambdaRuntime", "LambdaEvents", "ImageApplication", logging]),
        function("StateTracker", ["LambdaRuntime", "LambdaEvents", "ImageApplication", logging]),
        function("PostProcessor", ["LambdaRuntime", "LambdaEvents", "ImageApplication", logging]),
        function("StandInModel", ["HTTPServer", "HTTP1", "EventLoop", "Buffers"]),

        // What tests share.
        .target(
            name: "TestSupport", dependencies: ["Locks", "ServiceProtocols"], path: "Tests/TestSupport",
            swiftSettings: swiftSettings),
        // A function for tests with real clients.
        .executableTarget(
            name: "StreamingFunction", dependencies: ["LambdaRuntime", "LambdaEvents"],
            path: "Tests/StreamingFunction", swiftSettings: swiftSettings),

        tests(of: "Buffers"),
        tests(of: "EventLoop"),
        tests(of: "HTTP1", ["Randomness"]),
        tests(of: "HTTPServer", ["Randomness"]),
        tests(of: "HTTPClient", ["HTTPServer"]),
        tests(of: "Gzip"),
        tests(of: "ELF", ["Randomness"]),
        tests(of: "AWSWire", ["Randomness"]),
        tests(of: "JSON"),
        tests(of: "LambdaEvents"),
        tests(of: "CloudFormation", ["Randomness"]),
        tests(of: "TriggerEvents", ["JSON", "LambdaEvents", "Gzip", "AWSWire", "Randomness"]),
        tests(of: "Scenario"),
        tests(of: "MartletSettings", ["Randomness"]),
        tests(of: "NewPackage"),
        tests(of: "Chaos", ["Buffers", "ServiceProtocols"]),
        tests(of: "LambdaRuntime", ["Buffers", "Curl", "HTTP1", "LambdaEvents", logging]),
        tests(of: "AWSClient", ["Buffers", "Curl", "AWSWire", "HTTPServer", "HTTP1", "EventLoop"]),
        tests(of: "Store", [grdb]),
        tests(of: "Replay"),
        tests(of: "Journal", ["Locks", "Randomness", grdb]),
        tests(of: "EmulatedTime", ["EventLoop", "ServiceProtocols"]),
        tests(of: "LambdaService", ["Randomness", "TestSupport"]),
        tests(of: "S3Service", ["Randomness", "TestSupport"]),
        tests(of: "SNSService", ["TestSupport"]),
        tests(of: "APIGatewayService", ["Randomness", "TestSupport"]),
        tests(of: "SageMakerService", ["TestSupport"]),
        tests(of: "STSService"),
        tests(of: "LogsService"),
        tests(of: "SQSService", ["Randomness", "TestSupport"]),
        tests(of: "CloudWatchService", ["Randomness"]),
        tests(of: "Emulator", ["ELF"]),
        tests(of: "Packaging", ["ELF", "JSON"]),
        tests(of: "Simulation", ["Buffers"]),
        .testTarget(
            name: "ApplicationTests",
            dependencies: [
                "ImageApplication", "PNGWriter", "APIHandler", "StateTracker", "PostProcessor", "StandInModel",
                "LambdaRuntime", "LambdaEvents", "EventLoop", "Buffers",
            ],
            swiftSettings: swiftSettings),
        // Reads the repository's files; depends on none of them.
        .testTarget(name: "TidyTests", swiftSettings: swiftSettings),
    ],
    swiftLanguageModes: [.v6]
)
