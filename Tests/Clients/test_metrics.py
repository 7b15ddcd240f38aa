# SPDX-License-Identifier: Apache-2.0
"""CloudWatch metrics through boto3, the AWS CLI and each of CloudWatch's protocols."""
import datetime
import gzip
import json
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree

import pytest
from botocore.exceptions import ClientError

from conftest import running
from emulator import curl
from functions import write_actor
from waiting import eventually

HOURS = datetime.timedelta(hours=1)
NAMESPACE = "{http://monitoring.amazonaws.com/doc/2010-08-01/}"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    """An emulator whose functions nobody else invokes."""
    folder = tmp_path_factory.mktemp("metrics")
    with running(folder, write_actor(folder)) as emulator:
        yield emulator


@pytest.fixture
def cloudwatch(emulator):
    return emulator.client("cloudwatch")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def statistics(cloudwatch, namespace, name, dimensions=None, **options):
    """The one datapoint of the hour around now; None without data."""
    if "ExtendedStatistics" not in options:
        options.setdefault("Statistics", ["SampleCount", "Sum", "Average", "Minimum", "Maximum"])
    answer = cloudwatch.get_metric_statistics(
        Namespace=namespace, MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in (dimensions or {}).items()],
        StartTime=now() - HOURS, EndTime=now() + HOURS, Period=3 * 3600, **options)
    assert answer["Label"] == name
    points = answer["Datapoints"]
    assert len(points) <= 1
    return points[0] if points else None


def lambda_metric(cloudwatch, name, dimensions=None, **options):
    return statistics(cloudwatch, "AWS/Lambda", name, dimensions, **options)


def invoke(emulator, event, name="actor", **options):
    """Invokes; with the tail of the log comes the answer when everything about the attempt is known."""
    return emulator.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps(event), LogType="Tail", **options)


def test_invocations_are_counted_by_function_resource_version_and_account(emulator, cloudwatch):
    def counts():
        dimensions = [
            {}, {"FunctionName": "actor"}, {"FunctionName": "actor", "Resource": "actor"},
            {"FunctionName": "actor", "Resource": "actor:live"},
            {"FunctionName": "actor", "Resource": "actor:live", "ExecutedVersion": "1"},
        ]
        names = ("Invocations", "Errors")
        return [[(lambda_metric(cloudwatch, name, each) or {"Sum": 0})["Sum"] for name in names] for each in dimensions]

    before = counts()
    invoke(emulator, {})
    invoke(emulator, {"do": "fail"})
    invoke(emulator, {}, Qualifier="live")
    after = counts()
    assert [[b - a for a, b in zip(*pair)] for pair in zip(before, after)] == [[3, 1], [3, 1], [2, 1], [1, 0], [1, 0]]
    errors = lambda_metric(cloudwatch, "Errors", {"FunctionName": "actor"})
    # Each attempt counts, so that the average is the rate.
    assert errors["SampleCount"] == lambda_metric(cloudwatch, "Invocations", {"FunctionName": "actor"})["Sum"]
    assert errors["Unit"] == "Count"


def test_durations_have_percentiles(emulator, cloudwatch):
    for _ in range(3):
        invoke(emulator, {})
    point = lambda_metric(cloudwatch, "Duration", {"FunctionName": "actor"})
    assert point["Unit"] == "Milliseconds"
    percentiles = lambda_metric(
        cloudwatch, "Duration", {"FunctionName": "actor"}, ExtendedStatistics=["p0", "p50", "p99", "p100"])
    values = percentiles["ExtendedStatistics"]
    assert values["p0"] == pytest.approx(point["Minimum"], rel=0.05)
    assert values["p100"] == pytest.approx(point["Maximum"], rel=0.05)
    assert values["p0"] <= values["p50"] <= values["p99"] <= values["p100"]
    concurrency = lambda_metric(cloudwatch, "ConcurrentExecutions", {"FunctionName": "actor"})
    assert concurrency["Maximum"] == 1
    assert lambda_metric(cloudwatch, "UnreservedConcurrentExecutions")["Maximum"] >= 1


def test_a_timeout_is_an_error_and_a_throttle_is_no_invocation(emulator, cloudwatch):
    invoke(emulator, {"do": "hang"}, "hasty")
    dimensions = {"FunctionName": "hasty"}
    assert lambda_metric(cloudwatch, "Errors", dimensions)["Sum"] == 1
    assert lambda_metric(cloudwatch, "Duration", dimensions)["Maximum"] >= 1000
    client = emulator.client("lambda")
    client.put_function_concurrency(FunctionName="hasty", ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName="hasty")
    assert lambda_metric(cloudwatch, "Throttles", dimensions)["Sum"] == 1
    assert lambda_metric(cloudwatch, "Invocations", dimensions)["Sum"] == 1
    client.delete_function_concurrency(FunctionName="hasty")


def test_asynchronous_events_are_counted_until_their_outcomes_are_delivered(emulator, cloudwatch):
    queue = emulator.client("sqs").create_queue(QueueName="gone")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:000000000000:gone"
    client = emulator.client("lambda")
    client.update_function_configuration(FunctionName="silent", DeadLetterConfig={"TargetArn": arn})
    client.put_function_event_invoke_config(
        FunctionName="silent", MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}})
    emulator.client("sqs").delete_queue(QueueUrl=queue)
    client.invoke(FunctionName="silent", InvocationType="Event")
    for dimensions in ({"FunctionName": "silent"}, {"FunctionName": "silent", "Resource": "silent"}):
        for name in ("AsyncEventsReceived", "AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures"):
            point = eventually(lambda: lambda_metric(cloudwatch, name, dimensions), what=name)
            assert (point["Sum"], point["Unit"]) == (1, "Count")
    age = lambda_metric(cloudwatch, "AsyncEventAge", {"FunctionName": "silent"})
    assert (age["SampleCount"], age["Unit"], age["Maximum"] >= 0) == (1, "Milliseconds", True)
    assert lambda_metric(cloudwatch, "AsyncEventsReceived")["Sum"] == 1


def embedded(value, timestamp=None, **more):
    directive = {"Namespace": "embedded", "Dimensions": [["kind"], []], "Metrics": [
        {"Name": "latency", "Unit": "Milliseconds"}]}
    metadata = {"Timestamp": timestamp or int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": metadata, "kind": "test", "latency": value, **more})


@pytest.mark.parametrize("format", ["Text", "JSON"])
def test_log_lines_of_the_embedded_metric_format_become_metrics(start, tmp_path, format):
    emulator = start(write_actor(tmp_path, LoggingConfig={"LogFormat": format}))
    cloudwatch = emulator.client("cloudwatch")
    invoke(emulator, {"print": embedded([10, 20, 30])})
    invoke(emulator, {"print": "text before " + embedded(1)})
    invoke(emulator, {"print": json.dumps({"message": embedded(2), "_aws": None})})
    invoke(emulator, {"print": embedded(3, timestamp=1000)})
    point = statistics(cloudwatch, "embedded", "latency", {"kind": "test"})
    assert (point["SampleCount"], point["Sum"], point["Unit"]) == (3, 60, "Milliseconds")
    assert statistics(cloudwatch, "embedded", "latency")["Average"] == 20
    assert statistics(cloudwatch, "embedded", "latency", ExtendedStatistics=["p50"])["ExtendedStatistics"] == {"p50": 20}


def test_values_counts_and_statistic_sets_can_be_put(cloudwatch):
    # LocalStack's recorded snapshot of AWS: test_put_metric_data_values_list.
    cloudwatch.put_metric_data(Namespace="put", MetricData=[
        {"MetricName": "list", "Values": [1.0, 10.0], "Counts": [2, 4], "Unit": "Count", "Timestamp": now()},
        {"MetricName": "set", "StatisticValues": {"SampleCount": 10, "Sum": 55, "Minimum": 1, "Maximum": 10}},
        {"MetricName": "set", "Value": 11},
    ])
    point = statistics(cloudwatch, "put", "list")
    assert (point["SampleCount"], point["Sum"], point["Maximum"], point["Unit"]) == (6, 42, 10, "Count")
    point = statistics(cloudwatch, "put", "set")
    assert (point["SampleCount"], point["Sum"], point["Average"], point["Unit"]) == (11, 66, 6, "None")
    # A set does not tell its values.
    assert statistics(cloudwatch, "put", "set", ExtendedStatistics=["p50"]) is None
    assert statistics(cloudwatch, "put", "list", Unit="Bytes") is None


def test_a_large_request_comes_packed(emulator, cloudwatch):
    data = [{"MetricName": f"m{number}", "Values": [float(value) for value in range(100)]} for number in range(50)]
    sent = []
    cloudwatch.meta.events.register("before-send", lambda request, **_: sent.append(request.headers))
    cloudwatch.put_metric_data(Namespace="packed", MetricData=data)
    assert sent[0]["Content-Encoding"] in ("gzip", b"gzip")
    assert statistics(cloudwatch, "packed", "m49")["SampleCount"] == 100


def test_data_is_told_by_the_periods_that_are_asked_for(cloudwatch):
    minute = (now() - HOURS).replace(second=0, microsecond=0)
    at = lambda seconds: minute + datetime.timedelta(seconds=seconds)
    cloudwatch.put_metric_data(Namespace="periods", MetricData=[
        {"MetricName": "m", "Timestamp": at(seconds), "Value": value, "StorageResolution": 1}
        for seconds, value in [(0, 1), (9, 2), (10, 4), (60, 8), (300, 16)]])

    def points(period, start=0, end=600):
        answer = cloudwatch.get_metric_statistics(
            Namespace="periods", MetricName="m", StartTime=at(start), EndTime=at(end), Period=period,
            Statistics=["Sum"])
        return sorted(((point["Timestamp"] - minute).seconds, point["Sum"]) for point in answer["Datapoints"])

    assert points(10) == [(0, 3), (10, 4), (60, 8), (300, 16)]
    assert points(60) == [(0, 7), (60, 8), (300, 16)]
    assert points(300) == [(0, 15), (300, 16)]
    # The start is rounded down to its minute, the end is not part of it.
    assert points(60, start=59, end=300) == [(0, 7), (60, 8)]


def test_many_metrics_are_got_at_once_page_by_page(cloudwatch):
    minute = (now() - HOURS).replace(second=0, microsecond=0)
    cloudwatch.put_metric_data(Namespace="data", MetricData=[
        {"MetricName": name, "Timestamp": minute + datetime.timedelta(minutes=number), "Value": number}
        for name in ("a", "b") for number in range(4)])
    queries = [
        {"Id": name, "MetricStat": {
            "Metric": {"Namespace": "data", "MetricName": name}, "Period": 60, "Stat": "Maximum"}}
        for name in ("a", "b", "none")]
    queries[1]["Label"] = "second"

    def pages(**options):
        paginator = cloudwatch.get_paginator("get_metric_data")
        return list(paginator.paginate(
            MetricDataQueries=queries, StartTime=minute, EndTime=minute + HOURS, **options))

    page, = pages()
    assert [(result["Id"], result["Label"], result["Values"], result["StatusCode"])
            for result in page["MetricDataResults"]] == [
        ("a", "a", [3, 2, 1, 0], "Complete"), ("b", "second", [3, 2, 1, 0], "Complete"), ("none", "none", [], "Complete")]
    assert page["MetricDataResults"][0]["Timestamps"][-1] == minute
    found = pages(ScanBy="TimestampAscending", MaxDatapoints=3)
    shown = [[(result["Id"], result["Values"], result["StatusCode"]) for result in page["MetricDataResults"]]
             for page in found]
    assert shown == [
        [("a", [0, 1, 2], "PartialData"), ("none", [], "Complete")],
        [("a", [3], "Complete"), ("b", [0, 1], "PartialData")],
        [("b", [2, 3], "Complete")],
    ]


def test_metrics_are_listed_page_by_page(cloudwatch):
    dimensions = [{"Name": "d", "Value": "1"}, {"Name": "c", "Value": "2"}]
    for first in (0, 400):
        cloudwatch.put_metric_data(Namespace="listed", MetricData=[
            {"MetricName": f"m{number}", "Value": 1, "Dimensions": dimensions} for number in range(first, first + 400)])
    cloudwatch.put_metric_data(Namespace="listed", MetricData=[{"MetricName": "m0", "Value": 1}])
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace="listed"))
    assert [len(page["Metrics"]) for page in pages] == [500, 301]

    def listed(**options):
        return cloudwatch.list_metrics(Namespace="listed", **options)["Metrics"]

    assert [len(metric["Dimensions"]) for metric in listed(MetricName="m0")] == [2, 0]
    assert len(listed(MetricName="m0", Dimensions=[{"Name": "c"}])) == 1
    assert listed(MetricName="m0", Dimensions=[{"Name": "c", "Value": "1"}]) == []
    assert len(listed(MetricName="m799", RecentlyActive="PT3H")) == 1
    assert {"Name": "d", "Value": "1"} in listed(MetricName="m799")[0]["Dimensions"]


def put(**datum):
    return lambda client: client.put_metric_data(Namespace="bad", MetricData=[{"MetricName": "m", **datum}])


def get(**options):
    base = {"Namespace": "bad", "MetricName": "m", "StartTime": now() - HOURS, "EndTime": now(), "Period": 60,
            "Statistics": ["Sum"]}
    wanted = {name: value for name, value in {**base, **options}.items() if value is not None}
    return lambda client: client.get_metric_statistics(**wanted)


def get_data(stat=None, start=-HOURS, **query):
    metric = {"Metric": {"Namespace": "bad", "MetricName": "m"}, "Period": 60, "Stat": "Sum", **(stat or {})}
    query = {"Id": "m1", "MetricStat": metric, **query}
    wanted = {name: value for name, value in query.items() if value is not None}
    return lambda client: client.get_metric_data(MetricDataQueries=[wanted], StartTime=now() + start, EndTime=now())


# The wording of the first four: LocalStack, test_put_metric_data_validation, checked against AWS.
@pytest.mark.parametrize(("call", "code", "words"), [
    (put(Value=1.5, Values=[1.0]), "InvalidParameterCombination",
     "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have "
     "specified both."),
    (put(Values=[1.0, 10.0], Counts=[2, 4, 5]), "InvalidParameterValue",
     "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size."),
    (put(Value=1.5, StatisticValues={"SampleCount": 1, "Sum": 1, "Minimum": 1, "Maximum": 1}),
     "InvalidParameterCombination",
     "The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and "
     "you have specified both."),
    (put(Value=float("nan")), "InvalidParameterValue", "The value NaN for parameter MetricData.member.1.Value is invalid."),
    (put(Value=2.0 ** 361), "InvalidParameterValue", "for parameter MetricData.member.1.Value is invalid."),
    (put(), "MissingParameter", "The parameter MetricData.member.1.Value is required."),
    (put(Value=1, Unit="Miles"), "InvalidParameterValue",
     "The parameter MetricData.member.1.Unit must be a value in the set [ Seconds, "),
    (put(Value=1, Timestamp=0), "InvalidParameterValue",
     "The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks."),
    (put(Value=1, Dimensions=[{"Name": str(number), "Value": "v"} for number in range(31)]), "InvalidParameterValue",
     "must not have a size greater than 30"),
    (lambda client: client.put_metric_data(Namespace="AWS/Mine", MetricData=[{"MetricName": "m", "Value": 1}]),
     "InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid."),
    (get(StartTime=now()), "InvalidParameterValue", "The parameter StartTime must be less than the parameter EndTime."),
    (get(StartTime=now() - 30 * 24 * HOURS), "InvalidParameterCombination",
     "You have requested up to 43,200 datapoints, which exceeds the limit of 1,440. You may reduce the datapoints "
     "requested by increasing Period, or decreasing the time range."),
    (get(Period=61), "InvalidParameterValue", "The parameter Period must be"),
    (get(Statistics=None), "InvalidParameterCombination", "Must specify either Statistics or ExtendedStatistics"),
    (get(Statistics=None, ExtendedStatistics=["p101"]), "InvalidParameterValue", "The value p101 for parameter"),
    (get_data(start=0 * HOURS), "ValidationError", "The parameter"),
    (get_data(start=HOURS), "ValidationError", "The parameter EndTime must be greater than StartTime."),
    (get_data({"Stat": "tm90"}), "ValidationError",
     "The value for parameter MetricDataQueries.member.1.MetricStat.Stat is not a valid statistic."),
    (get_data(Period=60), "ValidationError",
     "The parameters MetricDataQueries.member.1.Period and MetricDataQueries.member.1.MetricStat are mutually "
     "exclusive and you have specified both."),
    (get_data(MetricStat=None, Expression="SUM(METRICS())"), "ValidationError", "Error in expression 'm1'"),
    (lambda client: client.describe_alarms(), "UnknownOperationException", "not recognized"),
])
def test_wrong_requests_are_refused(cloudwatch, call, code, words):
    with pytest.raises(ClientError) as caught:
        call(cloudwatch)
    error = caught.value.response["Error"]
    assert error["Code"] == code
    assert words in error["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def request(emulator, body, headers, path="/"):
    """A request as older clients send it; returns status, headers and body."""
    call = urllib.request.Request(emulator.endpoint + path, body, headers)
    try:
        with urllib.request.urlopen(call) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_the_query_protocol_is_spoken_too(emulator, cloudwatch):
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    put_form = ("Action=PutMetricData&Version=2010-08-01&Namespace=form&MetricData.member.1.MetricName=m"
                "&MetricData.member.1.Values.member.1=1.5&MetricData.member.1.Values.member.2=2.5"
                "&MetricData.member.1.Dimensions.member.1.Name=d&MetricData.member.1.Dimensions.member.1.Value=v%26w")
    assert request(emulator, put_form.encode(), form)[0] == 200
    signed = {**form, "Content-Encoding": "gzip", "Authorization": (
        "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0")}
    assert request(emulator, gzip.compress(put_form.encode()), signed)[0] == 200
    get_form = ("Action=GetMetricStatistics&Version=2010-08-01&Namespace=form&MetricName=m&Period=10800"
                "&Statistics.member.1=Sum&Dimensions.member.1.Name=d&Dimensions.member.1.Value=v%26w"
                f"&StartTime={(now() - HOURS):%Y-%m-%dT%H:%M:%SZ}&EndTime={(now() + HOURS):%Y-%m-%dT%H:%M:%SZ}")
    status, headers, body = request(emulator, get_form.encode(), form)
    assert (status, headers["Content-Type"]) == (200, "text/xml")
    point = xml.etree.ElementTree.fromstring(body).find(
        f"{NAMESPACE}GetMetricStatisticsResult/{NAMESPACE}Datapoints/{NAMESPACE}member")
    assert point.find(f"{NAMESPACE}Sum").text == "8.0"
    assert point.find(f"{NAMESPACE}Timestamp").text.endswith(":00Z")
    status, _, body = request(emulator, b"Action=GetMetricStatistics&Version=2010-08-01&Namespace=form", form)
    error = xml.etree.ElementTree.fromstring(body).find(f"{NAMESPACE}Error")
    assert (status, error.find(f"{NAMESPACE}Code").text) == (400, "MissingParameter")
    assert error.find(f"{NAMESPACE}Message").text == "The parameter MetricName is required."


def test_the_json_protocol_is_spoken_too(emulator, cloudwatch):
    def call(operation, body):
        status, headers, answer = request(emulator, json.dumps(body).encode(), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"GraniteServiceVersion20100801.{operation}"})
        return status, headers, json.loads(answer or "null")

    datum = {"MetricName": "m", "Value": 3, "Timestamp": time.time()}
    assert call("PutMetricData", {"Namespace": "json", "MetricData": [datum]})[0] == 200
    status, _, answer = call("ListMetrics", {"Namespace": "json"})
    assert (status, answer["Metrics"]) == (200, [{"Namespace": "json", "MetricName": "m", "Dimensions": []}])
    status, headers, answer = call("PutMetricData", {"MetricData": [datum]})
    assert (status, headers["x-amzn-query-error"]) == (400, "MissingParameter;Sender")
    assert answer["__type"] == "com.amazonaws.cloudwatch#MissingRequiredParameterException"
    for body in (b"[", b"7", b"[" * 100_000):
        status, _, answer = request(emulator, body, {"X-Amz-Target": "GraniteServiceVersion20100801.ListMetrics"})
        assert (status, json.loads(answer)["__type"]) == (400, "com.amazonaws.cloudwatch#SerializationException")


def test_what_cannot_be_read_is_refused(emulator, tmp_path):
    path = "/service/GraniteServiceVersion20100801/operation/PutMetricData"
    for body, encoding in [(b"\xff", "identity"), (b"no gzip", "gzip"), (gzip.compress(bytes(5 << 20)), "gzip"),
                           (b"\x81" * 1000, "identity")]:
        assert request(emulator, body, {"Content-Encoding": encoding}, path)[0] == 400
    large = tmp_path / "large"
    large.write_bytes(bytes((1 << 20) + 1))
    assert curl("--data-binary", f"@{large}", emulator.endpoint + path)[0] == 413


def test_the_aws_cli_puts_lists_and_gets(emulator):
    emulator.aws("cloudwatch", "put-metric-data", "--namespace", "cli", "--metric-name", "m", "--value", "7",
                 "--unit", "Seconds", "--dimensions", "stage=test")
    listed = json.loads(emulator.aws("cloudwatch", "list-metrics", "--namespace", "cli", "--output", "json").stdout)
    assert listed["Metrics"] == [
        {"Namespace": "cli", "MetricName": "m", "Dimensions": [{"Name": "stage", "Value": "test"}]}]
    got = json.loads(emulator.aws(
        "cloudwatch", "get-metric-statistics", "--namespace", "cli", "--metric-name", "m", "--dimensions",
        "Name=stage,Value=test", "--statistics", "Sum", "Maximum", "--period", "10800", "--output", "json",
        "--start-time", f"{now() - HOURS:%Y-%m-%dT%H:%M:%SZ}", "--end-time", f"{now() + HOURS:%Y-%m-%dT%H:%M:%SZ}").stdout)
    point, = got["Datapoints"]
    assert (point["Sum"], point["Maximum"], point["Unit"]) == (7, 7, "Seconds")
    refused = emulator.aws(
        "cloudwatch", "put-metric-data", "--namespace", "AWS/Lambda", "--metric-name", "m", "--value", "7", check=False)
    assert "(InvalidParameterValue)" in refused.stderr
