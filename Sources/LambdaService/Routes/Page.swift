// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// A page of a list, with the marker of the next.
struct Page {
    var items: [[UInt8]]
    var nextMarker: String?

    /// Cuts a page out of a list.
    ///
    /// - Parameters:
    ///   - marker: how many items came before, as the page before told it.
    ///   - maxItems: AWS gives at most 50 a page; more may be asked for up to `limit`.
    init(of documents: [[UInt8]], marker: String?, maxItems: String?, limit: Int = 10000) throws(AWSError) {
        let size = min(50, try Self.size(maxItems, limit))
        let first = try Self.position(marker, in: documents)
        items = Array(documents[first...].prefix(size))
        nextMarker = first + size < documents.count ? "\(first + size)" : nil
    }

    private static func size(_ maxItems: String?, _ limit: Int) throws(AWSError) -> Int {
        guard let maxItems else { return 50 }
        var violations = ConstraintViolations()
        violations.require(Int(maxItems) ?? 0, in: 1...limit, at: "maxItems")
        try violations.check()
        return Int(maxItems) ?? 50
    }

    private static func position(_ marker: String?, in documents: [[UInt8]]) throws(AWSError) -> Int {
        guard let marker else { return 0 }
        guard let position = Int(marker), (0...documents.count).contains(position) else {
            throw .invalidParameter("Invalid pagination token.")
        }
        return position
    }

    func json(_ name: String) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add(name, list: items)
        if let nextMarker { json.add("NextMarker", nextMarker) }
        return json.finish()
    }
}
