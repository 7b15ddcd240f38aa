// SPDX-License-Identifier: Apache-2.0
import GRDB
import Store

extension S3Tables {
    /// One page of a bucket's keys.
    ///
    /// Keys under a common prefix are jumped over, not read.
    static func list(_ bucket: String, _ request: ListingRequest, _ db: Database) throws -> ListingPage<ListedObject> {
        var collector = ListingCollector<ListedObject>(request)
        guard var bound = collector.start else { return collector.page }
        while let next = try read(bucket, bound, collector.end, into: &collector, db) { bound = next }
        return collector.page
    }

    /// - Returns: where to go on; nil at the end.
    private static func read(
        _ bucket: String, _ bound: KeyBound, _ end: String?, into collector: inout ListingCollector<ListedObject>,
        _ db: Database
    ) throws -> KeyBound? {
        let (comparison, key) =
            switch bound {
            case .from(let key): (">=", key)
            case .after(let key): (">", key)
            }
        let sql = """
            SELECT key, size, etag, modified FROM s3_object
            WHERE bucket = ? AND key \(comparison) ? \(end == nil ? "" : "AND key < ?") ORDER BY key
            """
        let statement = try db.cachedStatement(sql: sql)
        let arguments: StatementArguments = end.map { [bucket, key, $0] } ?? [bucket, key]
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            let step = collector.visit(row[0]) {
                ListedObject(size: row[1], etag: row[2], modified: row[3])
            }
            switch step {
            case .next: continue
            case .skip(let bound): return bound
            case .done: return nil
            }
        }
        return nil
    }
}
