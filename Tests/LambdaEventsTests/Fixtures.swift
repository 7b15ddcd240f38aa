// SPDX-License-Identifier: Apache-2.0
import LambdaEvents

// Shapes: the AWS documentation pages named at the types.
extension Fixture {
    static let all = [
        Fixture(
            "S3 ObjectCreated:Put", S3Event.self,
            s3(
                version: "2.1", name: "ObjectCreated:Put",
                object: """
                    {"key":"a%40b","size":9,"eTag":"437b930db84b8079c2dd804a71936b5f","versionId":"096fKKXTRTtl3on89fVO.nfljtsv6qko",
                     "sequencer":"0055AED6DCD90281E5"}
                    """)),
        Fixture(
            "S3 ObjectRemoved:Delete", S3Event.self,
            s3(
                version: "2.1", name: "ObjectRemoved:Delete",
                object: """
                    {"key":"inputs/1.json","sequencer":"0055AED6DCD90281E6"}
                    """)),
        Fixture(
            "S3 ObjectTagging:Put", S3Event.self,
            s3(
                version: "2.3", name: "ObjectTagging:Put",
                object: """
                    {"key":"x","eTag":"437b930db84b8079c2dd804a71936b5f"}
                    """)),
        Fixture(
            "S3 ObjectRestore:Completed", S3Event.self,
            s3(
                version: "2.1", name: "ObjectRestore:Completed",
                object: #"{"key":"x","size":0,"eTag":"e","sequencer":"00"}"#,
                more: """
                    ,"glacierEventData":{"restoreEventData":{"lifecycleRestorationExpiryTime":"1970-01-01T00:00:00.000Z",
                    "lifecycleRestoreStorageClass":"GLACIER"}}
                    """)),
        Fixture(
            "S3 test event", S3TestEvent.self,
            """
            {"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"b",
             "RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}
            """),
        Fixture("SNS without subject and attributes", SNSEvent.self, sns(subject: "null", attributes: "{}")),
        Fixture(
            "SNS with subject and attributes", SNSEvent.self,
            sns(
                subject: #""TestInvoke""#,
                attributes: """
                    {"Test":{"Type":"String","Value":"TestString"},"TestBinary":{"Type":"Binary","Value":"VGVzdA=="}}
                    """)),
        Fixture("HTTP API request", APIGatewayV2Request.self, fullRequest),
        Fixture("HTTP API request with nothing optional", APIGatewayV2Request.self, minimalRequest),
        Fixture(
            "HTTP API response", APIGatewayV2Response.self,
            """
            {"statusCode":200,"headers":{"content-type":"text/plain"},"body":"hi","isBase64Encoded":false,
             "cookies":["a=1; Secure","b=2"]}
            """),
        Fixture(
            "SageMaker success", SageMakerAsyncNotification.self,
            """
            {"awsRegion":"us-east-1","eventTime":"2022-01-25T22:46:00.608Z","receivedTime":"2022-01-25T22:45:58.608Z",
             "invocationStatus":"Completed",
             "requestParameters":{"contentType":"text/csv","endpointName":"e","inputLocation":"s3://b/in.csv"},
             "responseParameters":{"contentType":"text/csv; charset=utf-8","outputLocation":"s3://b/out.csv"},
             "inferenceId":"11111111-2222-3333-4444-555555555555","eventVersion":"1.0","eventSource":"aws:sagemaker",
             "eventName":"InferenceResult"}
            """),
        Fixture(
            "SageMaker failure", SageMakerAsyncNotification.self,
            """
            {"awsRegion":"us-east-1","eventTime":"2022-01-25T22:46:00.608Z","receivedTime":"2022-01-25T22:45:58.608Z",
             "invocationStatus":"Failed",
             "failureReason":"ClientError: Received server error (500) from model. See the SageMaker Endpoint logs in your account for more information.",
             "requestParameters":{"endpointName":"e","inputLocation":"s3://b/in.csv"},
             "inferenceId":"11111111-2222-3333-4444-555555555555","eventVersion":"1.0","eventSource":"aws:sagemaker",
             "eventName":"InferenceResult"}
            """),
    ]

    static func s3(version: String, name: String, object: String, more: String = "") -> String {
        """
        {"Records":[{"eventVersion":"\(version)","eventSource":"aws:s3","awsRegion":"us-west-2",
         "eventTime":"1970-01-01T00:00:00.000Z","eventName":"\(name)","userIdentity":{"principalId":"AIDAJDPLRKLG7UEXAMPLE"},
         "requestParameters":{"sourceIPAddress":"127.0.0.1"},
         "responseElements":{"x-amz-request-id":"C3D13FE58DE4C810","x-amz-id-2":"FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S"},
         "s3":{"s3SchemaVersion":"1.0","configurationId":"testConfigRule",
          "bucket":{"name":"b","ownerIdentity":{"principalId":"A3NL1KOZZKExample"},"arn":"arn:aws:s3:::b"},
          "object":\(object)}\(more)}]}
        """
    }

    static func sns(subject: String, attributes: String) -> String {
        """
        {"Records":[{"EventSource":"aws:sns","EventVersion":"1.0",
         "EventSubscriptionArn":"arn:aws:sns:us-east-1:123456789012:t:21be56ed-a058-49f5-8c98-aedd2564c486",
         "Sns":{"Type":"Notification","MessageId":"95df01b4-ee98-5cb9-9903-4c221d41eb5e",
          "TopicArn":"arn:aws:sns:us-east-1:123456789012:t","Subject":\(subject),"Message":"Hello \\u0001",
          "Timestamp":"1970-01-01T00:00:00.000Z","SignatureVersion":"1","Signature":"EXAMPLE","SigningCertUrl":"https://c",
          "UnsubscribeUrl":"https://u","MessageAttributes":\(attributes)}}]}
        """
    }

    static let fullRequest = """
        {"version":"2.0","routeKey":"$default","rawPath":"/my/pa%2Fth","rawQueryString":"p=1&p=2&q=%20",
         "cookies":["cookie1","cookie2"],"headers":{"header1":"value1","header2":"value1,value2"},
         "queryStringParameters":{"p":"1,2","q":" "},
         "requestContext":{"accountId":"123456789012","apiId":"api-id",
          "authentication":{"clientCert":{"clientCertPem":"CERT_CONTENT","subjectDN":"www.example.com",
           "issuerDN":"Example issuer","serialNumber":"a1:a1","validity":{"notBefore":"May 28 12:30:02 2019 GMT",
           "notAfter":"Aug  5 09:36:04 2021 GMT"}}},
          "authorizer":{"jwt":{"claims":{"claim1":"value1"},"scopes":["scope1"]},"lambda":{"n":1,"o":{"a":[true,null,1.5]}}},
          "domainName":"id.execute-api.us-east-1.amazonaws.com","domainPrefix":"id",
          "http":{"method":"POST","path":"/my/path","protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":"agent"},
          "requestId":"id","routeKey":"$default","stage":"$default","time":"12/Mar/2020:19:03:58 +0000",
          "timeEpoch":1583348638390},
         "body":"Hello from Lambda","pathParameters":{"parameter1":"value1"},"isBase64Encoded":false,
         "stageVariables":{"stageVariable1":"value1"}}
        """

    static let minimalRequest = """
        {"version":"2.0","routeKey":"GET /x","rawPath":"/x","rawQueryString":"","headers":{},
         "requestContext":{"accountId":"123456789012","apiId":"a","domainName":"d","domainPrefix":"p",
          "http":{"method":"GET","path":"/x","protocol":"HTTP/1.1","sourceIp":"127.0.0.1","userAgent":""},
          "requestId":"id","routeKey":"GET /x","stage":"$default","time":"12/Mar/2020:19:03:58 +0000","timeEpoch":1},
         "isBase64Encoded":false}
        """
}
