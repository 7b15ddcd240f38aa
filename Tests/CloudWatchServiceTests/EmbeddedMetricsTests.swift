// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import CloudWatchService

/// Each rule is one of the specification
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
@Suite struct EmbeddedMetricsTests {
    private static func metrics(_ line: String) -> [EmbeddedMetrics.Metric] {
        Array(line.utf8).withUnsafeBytes { EmbeddedMetrics.mayBeDocument($0) ? EmbeddedMetrics.metrics(in: $0) : [] }
    }

    private static func document(
        directive: String = #"{"Namespace":"app","Dimensions":[["f"]],"Metrics":[{"Name":"t","Unit":"Milliseconds"}]}"#,
        root: String = #""f":"one","v":"2","t":100"#
    ) -> String {
        #"{"_aws":{"Timestamp":1574109732004,"CloudWatchMetrics":[\#(directive)]},\#(root)}"# + "\n"
    }

    @Test("A document names metrics, and the root has their values and dimensions")
    func document() {
        let found = Self.metrics(Self.document())
        #expect(
            found == [
                EmbeddedMetrics.Metric(
                    identity: MetricIdentity(
                        namespace: "app", name: "t", dimensions: [.init(name: "f", value: "one")]),
                    unit: .milliseconds, isHighResolution: false, timestamp: 1_574_109_732_004, values: [100])
            ])
    }

    @Test("Each set of dimensions makes a metric; an empty set is one without dimensions")
    func dimensionSets() {
        let directive = #"{"Namespace":"app","Dimensions":[["v","f"],["f"],[]],"Metrics":[{"Name":"t"}]}"#
        let found = Self.metrics(Self.document(directive: directive))
        #expect(found.map { $0.identity.dimensions.map(\.name) } == [["f", "v"], ["f"], []])
        #expect(found.map(\.unit) == [.none, .none, .none])
    }

    @Test("A metric has one value or many, and its own resolution")
    func values() {
        let directive = """
            {"Namespace":"app","Dimensions":[[]],"Metrics":[{"Name":"a","StorageResolution":1},{"Name":"b"},
            {"Name":"text"},{"Name":"mixed"},{"Name":"none"},{"Name":"empty"},{"Name":"a","Unit":"Miles"},
            {"Name":"a","StorageResolution":30},{"Name":""},{},7]}
            """
        let root = #""a":[1,2.5,-3],"b":4,"text":"5","mixed":[1,"2"],"empty":[]"#
        let found = Self.metrics(Self.document(directive: directive, root: root))
        #expect(found.map(\.identity.name) == ["a", "b"])
        #expect(found.map(\.values) == [[1, 2.5, -3], [4]])
        #expect(found.map(\.isHighResolution) == [true, false])
    }

    @Test(
        "A directive that breaks a rule is left out, and only that one",
        arguments: [
            #"{"Dimensions":[["f"]],"Metrics":[{"Name":"t"}]}"#,
            #"{"Namespace":"AWS/Lambda","Dimensions":[["f"]],"Metrics":[{"Name":"t"}]}"#,
            #"{"Namespace":"app","Metrics":[{"Name":"t"}]}"#,
            #"{"Namespace":"app","Dimensions":["f"],"Metrics":[{"Name":"t"}]}"#,
            #"{"Namespace":"app","Dimensions":[["missing"]],"Metrics":[{"Name":"t"}]}"#,
            #"{"Namespace":"app","Dimensions":[["t"]],"Metrics":[{"Name":"t"}]}"#,
            #"{"Namespace":"app","Dimensions":[["f"]]}"#, "7",
        ])
    func brokenDirective(directive: String) {
        #expect(Self.metrics(Self.document(directive: directive)).isEmpty)
        let good = #"{"Namespace":"app","Dimensions":[[]],"Metrics":[{"Name":"t"}]}"#
        #expect(Self.metrics(Self.document(directive: "\(directive),\(good)")).count == 1)
    }

    @Test(
        "A line that is no document has no metrics",
        arguments: [
            "", "x", "{}", "_aws", #"{"_aws":{}}"#, #"{"_aws":null}"#, #"{"_aws":{"CloudWatchMetrics":[]}}"#,
            #"{"_aws":{"Timestamp":"now","CloudWatchMetrics":[]}}"#,
            #"{"_aws":{"Timestamp":1e99,"CloudWatchMetrics":[]}}"#,
            #"{"message":{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}}"#,
        ])
    func noDocument(line: String) {
        #expect(Self.metrics(line).isEmpty)
        #expect(Self.metrics("log: " + Self.document()).isEmpty)
        #expect(Self.metrics(Self.document() + "}").isEmpty)
        #expect(Self.metrics(String(Self.document().dropLast(2))).isEmpty)
    }

    @Test("A hostile document yields no more than PutMetricData takes")
    func bounded() {
        let sets = Array(repeating: "[]", count: 100).joined(separator: ",")
        let names = Array(repeating: #"{"Name":"t"}"#, count: 100).joined(separator: ",")
        let directive = #"{"Namespace":"app","Dimensions":[\#(sets)],"Metrics":[\#(names)]}"#
        let directives = Array(repeating: directive, count: 50).joined(separator: ",")
        #expect(Self.metrics(Self.document(directive: directives)).count == 1000)
        let deep = String(repeating: "[", count: 100_000)
        #expect(Self.metrics(Self.document(root: #""x":\#(deep)"#)).isEmpty)
        let many = Array(repeating: "1", count: 101).joined(separator: ",")
        #expect(Self.metrics(Self.document(root: #""f":"one","t":[\#(many)]"#)).isEmpty)
    }
}
