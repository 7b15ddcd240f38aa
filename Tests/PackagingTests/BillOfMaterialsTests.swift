// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@testable import Packaging

@Suite("Bills of materials")
struct BillOfMaterialsTests {
    private let digest = String(repeating: "0123456789abcdef", count: 4)

    @Test("The same components in another order, or twice, give the same document")
    func order() {
        let components = [
            BillOfMaterials.Component(name: "b", version: "1", purl: "pkg:deb/debian/b@1"),
            BillOfMaterials.Component(name: "a", version: "", sha256: digest),
        ]
        let document = BillOfMaterials(of: "f", sha256: digest, components: components).document
        let other = BillOfMaterials(of: "f", sha256: digest, components: components.reversed() + components).document
        #expect(document.text == other.text)
        #expect(document.value(at: "components.0.type")?.string == "file")
        #expect(document.value(at: "components.1.purl")?.string == "pkg:deb/debian/b@1")
        #expect(document.value(at: "serialNumber")?.string == "urn:uuid:01234567-89ab-8def-a123-456789abcdef")
    }
}
