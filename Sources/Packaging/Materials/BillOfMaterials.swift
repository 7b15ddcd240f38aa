// SPDX-License-Identifier: Apache-2.0
public import JSON

/// What a package is made of, as CycloneDX 1.5 has it (https://cyclonedx.org/docs/1.5/json/).
///
/// Pure. It tells no time, so that the same package has the same bill.
public struct BillOfMaterials: Sendable, Equatable {
    /// A library or file of the package.
    public struct Component: Sendable, Hashable {
        /// Its name where it comes from.
        public var name: String
        /// Its version there; empty when it has none.
        public var version: String
        /// Its package URL (https://github.com/package-url/purl-spec); nil for what comes from no package.
        public var purl: String?
        /// SHA-256 of the file, in hexadecimal, where one file stands for it.
        public var sha256: String?

        /// A component.
        public init(name: String, version: String, purl: String? = nil, sha256: String? = nil) {
            self.name = name
            self.version = version
            self.purl = purl
            self.sha256 = sha256
        }
    }

    private let name: String
    private let sha256: String
    private let components: [Component]

    /// The bill of one package.
    ///
    /// - Parameter sha256: of the zip file, in hexadecimal.
    public init(of name: String, sha256: String, components: some Sequence<Component>) {
        self.name = name
        self.sha256 = sha256
        self.components = Set(components).sorted {
            ($0.name, $0.version, $0.sha256 ?? "") < ($1.name, $1.version, $1.sha256 ?? "")
        }
    }

    /// The document.
    public var document: JSONValue {
        .object([
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "serialNumber": .string("urn:uuid:\(identifier)"),
            "version": 1,
            "metadata": .object([
                "component": .object([
                    "type": "application", "name": .string(name), "bom-ref": .string(name),
                    "hashes": Self.hashes(sha256),
                ])
            ]),
            "components": .array(components.map { Self.object($0) }),
            "dependencies": .array([
                .object([
                    "ref": .string(name), "dependsOn": .array(components.map { .string(Self.reference($0)) }),
                ])
            ]),
        ])
    }

    private static func object(_ component: Component) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": component.purl == nil ? "file" : "library", "name": .string(component.name),
            "bom-ref": .string(reference(component)),
        ]
        if !component.version.isEmpty { members["version"] = .string(component.version) }
        if let purl = component.purl { members["purl"] = .string(purl) }
        if let sha256 = component.sha256 { members["hashes"] = hashes(sha256) }
        return .object(members)
    }

    private static func reference(_ component: Component) -> String {
        component.purl ?? "\(component.name)@\(component.sha256 ?? component.version)"
    }

    private static func hashes(_ sha256: String) -> JSONValue {
        .array([.object(["alg": "SHA-256", "content": .string(sha256)])])
    }

    /// A UUID of version 8 (RFC 9562) that the package's digest gives.
    private var identifier: String {
        var digits = Array(sha256.prefix(32))
        guard digits.count == 32 else { return "00000000-0000-8000-8000-000000000000" }
        digits[12] = "8"
        digits[16] = "a"
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}
