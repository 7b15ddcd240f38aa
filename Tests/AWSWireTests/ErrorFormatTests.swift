// SPDX-License-Identifier: Apache-2.0
import AWSWire
import FoundationEssentials
import Randomness
import Testing

@Suite("Error formats")
struct ErrorFormatTests {
    static let error = AWSError(
        "ResourceNotFoundException", "Function not found: <f> & \"g\"\n", status: 404, details: [.init("Count", 3)])

    @Test("Lambda's errors have their code in a header and their type in the body")
    func lambda() {
        let response = ErrorFormat.lambda.response(for: Self.error, requestID: "id-1")
        #expect(response.status == 404)
        #expect(response.header("x-amzn-errortype") == "ResourceNotFoundException")
        #expect(response.header("x-amzn-RequestId") == "id-1")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"Type":"User","Message":"Function not found: <f> & \"g\"\n","Count":3}"#)
    }

    @Test("A service may have the lower-case key and no type")
    func restJSON() {
        let error = AWSError("InternalFailure", "x", status: 500)
        let response = ErrorFormat.restJSON().response(for: error, requestID: "id")
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"message":"x"}"#)
        let typed = ErrorFormat.lambda.response(for: error, requestID: "id")
        #expect(String(decoding: typed.body, as: UTF8.self) == #"{"Type":"Service","Message":"x"}"#)
    }

    @Test("awsJson errors name their type in the body")
    func awsJSON() {
        let response = ErrorFormat.awsJSON(version: "1.1").response(
            for: AWSError("A", "b", status: 400), requestID: "id")
        #expect(response.header("content-type") == "application/x-amz-json-1.1")
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"__type":"A","message":"b"}"#)
    }

    @Test("Query errors are XML with type, code and message")
    func query() {
        let response = ErrorFormat.query(namespace: "urn:n").response(for: Self.error, requestID: "id")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == "<ErrorResponse xmlns=\"urn:n\"><Error><Type>Sender</Type><Code>ResourceNotFoundException</Code>"
                + "<Message>Function not found: &lt;f&gt; &amp; &quot;g&quot;\n</Message><Count>3</Count></Error>"
                + "<RequestId>id</RequestId></ErrorResponse>")
    }

    @Test("S3 errors are XML with the resource and both ids, in the headers too")
    func s3() {
        let error = AWSError(
            "NoSuchBucket", "The specified bucket does not exist", status: 404, details: [.init("BucketName", "b")])
        let response = ErrorFormat.s3(resource: "/b/k").response(for: error, requestID: "ID")
        let body = String(decoding: response.body, as: UTF8.self)
        #expect(
            body.hasPrefix(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchBucket</Code>"
                    + "<Message>The specified bucket does not exist</Message><BucketName>b</BucketName>"
                    + "<Resource>/b/k</Resource><RequestId>ID</RequestId><HostId>"))
        #expect(response.header("x-amz-request-id") == "ID")
        #expect(response.header("x-amz-id-2")?.isEmpty == false)
    }

    @Test("A byte that has to be escaped is, wherever in a text it stands, and no other")
    func escapes() {
        let escapes = ["\"": "\\\"", "\\": "\\\\", "\u{1f}": "\\u001f", "\n": "\\n", "\0": "\\u0000"]
        for length in [1, 7, 8, 9, 16, 17, 40] {
            for position in 0..<length {
                let before = String(repeating: "!", count: position)
                let after = String(repeating: "]", count: length - position - 1)
                for (character, escape) in escapes {
                    let written = JSONObjectWriter.quoted(before + character + after)
                    #expect(String(decoding: written, as: UTF8.self) == "\"\(before)\(escape)\(after)\"")
                }
                let plain = before + " #[\u{7f}é" + after
                #expect(String(decoding: JSONObjectWriter.quoted(plain), as: UTF8.self) == "\"\(plain)\"")
            }
        }
    }

    @Test("Any text becomes valid JSON that reads back as it was", arguments: 0..<100 as Range<UInt64>)
    func json(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let scalars = (0..<40).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &random)) }
        let text = String(String.UnicodeScalarView(scalars)) + "\u{1F600}\u{2028}"
        var writer = JSONObjectWriter()
        writer.add(text, text)
        let decoded = try JSONDecoder().decode([String: String].self, from: Data(writer.finish()))
        #expect(decoded.first.map { Array($0.key.utf8) } == Array(text.utf8))
        #expect(decoded.first.map { Array($0.value.utf8) } == Array(text.utf8))
    }
}

@Suite("XML writer")
struct XMLWriterTests {
    @Test("Elements nest, attributes and control characters are escaped")
    func document() {
        var xml = XMLWriter(declaration: false)
        xml.element("A", attributes: [("x", "\"<")]) { xml in
            xml.element("B", "a\r\u{1}\n]]>é")
            xml.empty("C")
        }
        #expect(
            String(decoding: xml.finish(), as: UTF8.self)
                == "<A x=\"&quot;&lt;\"><B>a&#xd;&#x1;\n]]&gt;é</B><C/></A>")
    }
}

@Suite("Query requests")
struct QueryRequestTests {
    @Test("Lists and maps come in the order of their numbers")
    func structures() {
        let request = QueryRequest(
            form: "Action=Publish&Version=2010-03-31&Message=a+b%26c&Message=second"
                + "&Names.member.2=b&Names.member.10=c&Names.member.1=a"
                + "&MessageAttributes.entry.1.Name=n&MessageAttributes.entry.1.Value.DataType=String"
                + "&MessageAttributes.entry.1.Value.StringValue=v&Attributes.entry.1.key=k&Attributes.entry.1.value=w")
        #expect(request.action == "Publish")
        #expect(request.version == "2010-03-31")
        #expect(request.parameters["Message"] == "a b&c")
        #expect(request.parameters.list("Names").map(\.value) == ["a", "b", "c"])
        let attributes = request.parameters.map("MessageAttributes", key: "Name", value: "Value")
        #expect(attributes.map(\.key) == ["n"])
        #expect(attributes.first?.value["StringValue"] == "v")
        #expect(request.parameters.map("Attributes").first?.value.value == "w")
        #expect(request.parameters.list("None").isEmpty && request.parameters["None"] == nil)
    }

    @Test(
        "Hostile names cost nothing",
        arguments: ["a.b.\(String(repeating: "x.", count: 100_000))=1", "...=&.=", "&&=&"])
    func hostile(form: String) {
        #expect(QueryRequest(form: form).action == nil)
    }
}
