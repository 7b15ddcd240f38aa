# SPDX-License-Identifier: Apache-2.0
"""martlet package: zip files of the application, of bundles, and what is refused."""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import socket
import stat
import subprocess
import sys
import zipfile

import boto3
import pytest

from conftest import running
from emulator import MARTLET, REGION, REPOSITORY, client_environment
from functions import function, write_bootstrap, write_template
from packages import ROLE
from waiting import eventually

MEGABYTE = 1 << 20


def package(folder, *arguments, check=True):
    """Runs `martlet package`; returns its result as JSON, or the failed run."""
    run = subprocess.run(
        [MARTLET, "package", "--json", *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=900,
        env={**os.environ, "NO_COLOR": "1"})
    if not check:
        return run
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout) | {"stderr": run.stderr}


def refusal(folder, *arguments):
    """What a run says that makes no package."""
    run = package(folder, *arguments, check=False)
    assert run.returncode != 0, run.stdout
    return run.stderr


def sha256(path):
    return base64.b64encode(hashlib.sha256(pathlib.Path(path).read_bytes()).digest()).decode()


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The functions of template.json, static, played by events/ in empty roots."""
    folder = tmp_path_factory.mktemp("lambda")
    # The packaged template looks for the package of its model above it.
    output = REPOSITORY / ".build/lambda-tests" / folder.name
    yield package(REPOSITORY, "--output", output)
    shutil.rmtree(output, ignore_errors=True)


def test_functions_are_static_and_proved(packages):
    assert [made["name"] for made in packages["packages"]] == ["APIHandler", "StateTracker", "PostProcessor"]
    for made in packages["packages"]:
        assert made["form"] == "static" and made["proved"] is True
        assert made["codeSize"] <= 8 * MEGABYTE and made["memoryMegabytes"] > 0
        assert made["codeSha256"] == sha256(made["zip"])
        with zipfile.ZipFile(made["zip"]) as archive:
            (entry,) = archive.infolist()
            assert entry.filename == "bootstrap"
            assert stat.S_IMODE(entry.external_attr >> 16) == 0o755
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert str(REPOSITORY).encode() not in archive.read(entry)


def test_bill_of_materials(packages):
    path = pathlib.Path(packages["packages"][0]["zip"]).with_suffix(".cdx.json")
    bill = json.loads(path.read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    components = {component["name"]: component for component in bill["components"]}
    assert {"curl", "swift", "swift-log", "libssl-dev", "libc6-dev"} <= set(components)
    assert components["curl"]["purl"].startswith("pkg:deb/debian/curl@")
    assert "GRDB.swift" not in components
    digest = base64.b64decode(packages["packages"][0]["codeSha256"]).hex()
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": digest}]


def test_nothing_is_made_again(packages):
    output = pathlib.Path(packages["template"]).parent
    before = {path.name: path.stat().st_mtime_ns for path in output.glob("*.zip")}
    again = package(REPOSITORY, "--output", output)
    assert again["packages"] == packages["packages"]
    assert before == {path.name: path.stat().st_mtime_ns for path in output.glob("*.zip")}
    assert "Building" not in again["stderr"] and "Playing" not in again["stderr"]


def test_the_same_program_gives_the_same_bytes_elsewhere(packages, tmp_path):
    first = packages["packages"][0]
    (anew,) = package(REPOSITORY, first["name"], "--output", tmp_path / "elsewhere", "--no-verify")["packages"]
    assert anew["zip"] != first["zip"] and anew["codeSha256"] == first["codeSha256"]


def test_packaged_template_is_what_ships(packages, tmp_path):
    with running(tmp_path, packages["template"]) as emulator:
        shas = {made["name"]: made["codeSha256"] for made in packages["packages"]}
        for name, digest in shas.items():
            assert emulator.client("lambda").get_function_configuration(FunctionName=name)["CodeSha256"] == digest
        emulator.client("s3").create_bucket(Bucket="artifacts")
        deployed = tmp_path / "deployed.json"
        emulator.aws(
            "cloudformation", "package", "--template-file", packages["template"], "--s3-bucket", "artifacts",
            "--use-json", "--output-template-file", str(deployed))
        resources = json.loads(deployed.read_text())["Resources"]
        for name, digest in shas.items():
            key = resources[name]["Properties"]["CodeUri"].removeprefix("s3://artifacts/")
            body = emulator.client("s3").get_object(Bucket="artifacts", Key=key)["Body"].read()
            assert base64.b64encode(hashlib.sha256(body).digest()).decode() == digest


@pytest.fixture(scope="module")
def moto():
    """moto's server, which takes any zip file."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = pathlib.Path(sys.executable).parent / "moto_server"
    process = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=client_environment())

    def answers():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            return False

    try:
        eventually(answers, what="moto's server to listen", deadline=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_moto_sees_the_same_digest(packages, moto, actors, tmp_path):
    made = packages["packages"][0]
    command = [
        "lambda", "create-function", "--function-name", "shipped", "--runtime", "provided.al2023", "--handler", "f",
        "--zip-file", f"fileb://{made['zip']}", "--query", "CodeSha256", "--output", "text",
    ]
    here = actors.aws(*command, "--role", ROLE).stdout.strip()
    iam = boto3.client(
        "iam", endpoint_url=moto, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
    role = iam.create_role(RoleName="tester", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    there = actors.aws("--endpoint-url", moto, *command, "--role", role).stdout.strip()
    assert here == there == made["codeSha256"]


# Bundles

RUNTIME_IN_CPP = r"""
#include <curl/curl.h>
#include <openssl/evp.h>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

static size_t keep(char *bytes, size_t size, size_t count, void *text) {
    static_cast<std::string *>(text)->append(bytes, size * count);
    return size * count;
}

static std::string digest(const std::string &text) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned count = 0;
    if (!EVP_Digest(text.data(), text.size(), hash, &count, EVP_sha256(), nullptr)) throw std::runtime_error("digest");
    std::string hex;
    char digits[3];
    for (unsigned i = 0; i < count; i++) hex.append((snprintf(digits, 3, "%02x", hash[i]), digits));
    return hex;
}

int main() {
    std::string api = std::string("http://") + getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/";
    CURL *curl = curl_easy_init();
    for (;;) {
        std::string head, event, ignored;
        curl_easy_reset(curl);
        curl_easy_setopt(curl, CURLOPT_URL, (api + "next").c_str());
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &event);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, &head);
        if (curl_easy_perform(curl) != CURLE_OK) return 1;
        size_t place = head.find("Lambda-Runtime-Aws-Request-Id: ") + 31;
        std::string id = head.substr(place, head.find('\r', place) - place);
        std::string answer = "\"" + digest(event) + "\"";
        try { event.at(event.size()); } catch (const std::out_of_range &) { answer = "[" + answer + ",\"caught\"]"; }
        curl_easy_reset(curl);
        curl_easy_setopt(curl, CURLOPT_URL, (api + id + "/response").c_str());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, answer.c_str());
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &ignored);
        if (curl_easy_perform(curl) != CURLE_OK) return 1;
    }
}
"""


@pytest.fixture(scope="module")
def cpp_program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cpp")
    (folder / "digest.cpp").write_text(RUNTIME_IN_CPP)
    subprocess.run(
        ["g++", "-O1", "-o", "digest", "digest.cpp", "-lcurl", "-lcrypto"], cwd=folder, check=True, timeout=300)
    return folder / "digest"


def invoke(folder, made, event):
    """What a packaged function gives when the template beside its zip file is run."""
    with running(folder, made["template"]) as emulator:
        (name,) = [item["FunctionName"] for item in emulator.client("lambda").list_functions()["Functions"]]
        answer = emulator.client("lambda").invoke(FunctionName=name, Payload=event)
        assert "FunctionError" not in answer, emulator.log
        return json.loads(answer["Payload"].read())


def test_a_cpp_program_with_curl_and_openssl_brings_its_libraries(cpp_program, tmp_path):
    made = package(tmp_path, "--executable", cpp_program, "--output", "out", "--event", '{"a": 1}')
    (function,) = made["packages"]
    assert {"libcurl.so.4", "libcrypto.so.3", "libstdc++.so.6", "libc.so.6"} <= set(function["libraries"])
    assert function["form"].startswith("bundle") and function["glibc"].startswith("GLIBC_2.") and function["proved"]
    with zipfile.ZipFile(function["zip"]) as archive:
        assert {"bootstrap", "bin/digest", "lib/libc.so.6"} <= set(archive.namelist())
        assert archive.getinfo("bootstrap").file_size < 8192
    bill = json.loads((tmp_path / "out/digest.cdx.json").read_text())
    assert {"libcurl4", "libssl3", "libc6"} <= {component["name"] for component in bill["components"]}
    event = b'{"b": 2}'
    assert invoke(tmp_path, made, event) == [hashlib.sha256(event).hexdigest(), "caught"]


SWIFT_RUNTIME = """
import Foundation

let address = ProcessInfo.processInfo.environment["AWS_LAMBDA_RUNTIME_API"]!.split(separator: ":")

func ask(_ request: String) -> String {
    let peer = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(peer) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(address[1])!.bigEndian
    place.sin_addr.s_addr = inet_addr(String(address[0]))
    withUnsafePointer(to: &place) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(peer, $0, 16) }
    }
    let bytes = Array(request.utf8)
    send(peer, bytes, bytes.count, 0)
    var answer = Data()
    var block = [UInt8](repeating: 0, count: 65536)
    while case let count = recv(peer, &block, block.count, 0), count > 0 { answer += block[..<count] }
    return String(decoding: answer, as: UTF8.self)
}

while true {
    let path = "/2018-06-01/runtime/invocation/"
    let next = ask("GET \\(path)next HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
    let parts = next.components(separatedBy: "\\r\\n\\r\\n")
    let id = parts[0].components(separatedBy: "\\r\\n").first { $0.lowercased().hasPrefix("lambda-runtime-aws-request-id") }!
        .components(separatedBy: ": ")[1]
    let event = try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as! [String: Any]
    let spoken = NumberFormatter()
    spoken.numberStyle = .spellOut
    spoken.locale = Locale(identifier: "en_US")
    let text = spoken.string(from: event["number"] as? NSNumber ?? 0)!
    let body = String(decoding: try JSONSerialization.data(withJSONObject: ["text": text]), as: UTF8.self)
    _ = ask("POST \\(path)\\(id)/response HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n"
        + "Content-Length: \\(body.utf8.count)\\r\\n\\r\\n\\(body)")
}
"""


def test_a_swift_program_with_foundation_brings_its_libraries(tmp_path):
    (tmp_path / "main.swift").write_text(SWIFT_RUNTIME)
    subprocess.run(["swiftc", "-o", "speller", "main.swift"], cwd=tmp_path, check=True, timeout=300)
    made = package(tmp_path, "--executable", "speller", "--output", "out")
    (function,) = made["packages"]
    assert {"libFoundation.so", "libswiftCore.so", "lib_FoundationICU.so"} <= set(function["libraries"])
    assert invoke(tmp_path, made, b'{"number": 42}') == {"text": "forty-two"}


# What is refused


def test_a_library_that_is_nowhere_is_named(tmp_path):
    (tmp_path / "wing.c").write_text("int wing(void) { return 0; }")
    (tmp_path / "bird.c").write_text("int wing(void); int main(void) { return wing(); }")
    for command in (["-shared", "-o", "libwing.so", "wing.c"], ["-o", "bird", "bird.c", "-L.", "-lwing"]):
        subprocess.run(["gcc", *command], cwd=tmp_path, check=True)
    os.remove(tmp_path / "libwing.so")
    assert "libwing.so (needed by bird)" in refusal(tmp_path, "--executable", "bird")


def test_the_wrong_processor_is_refused(cpp_program, tmp_path):
    other = {"x86_64": "arm64", "aarch64": "x86_64"}[os.uname().machine]
    text = refusal(tmp_path, "--executable", cpp_program, "--arch", other)
    assert f"the function for {other}" in text
    # The header is what counts, not the name.
    fake = tmp_path / "fake"
    shutil.copy(cpp_program, fake)
    with open(fake, "r+b") as file:
        file.seek(18)
        file.write((183 if other == "arm64" else 62).to_bytes(2, "little"))
    assert f"is for {other}" in refusal(tmp_path, "--executable", "fake")
    with open(fake, "r+b") as file:
        file.truncate(100)
    assert "no program for Lambda" in refusal(tmp_path, "--executable", "fake")


def folder_function(tmp_path):
    write_template(tmp_path, {"F": function("code/")})
    (tmp_path / "code").mkdir()
    return tmp_path / "code"


def test_what_needs_the_machine_fails_its_proof(tmp_path):
    code = folder_function(tmp_path)
    write_bootstrap(code, "pass")
    assert f"F needs {sys.executable} of the machine" in refusal(tmp_path)
    # A static program that opens what only this machine has, and says so.
    (tmp_path / "seeker.c").write_text("""
        #include <stdio.h>
        int main(void) { if (!fopen("/etc/passwd", "r")) { fprintf(stderr, "no /etc/passwd here\\n"); return 3; } return 0; }
    """)
    subprocess.run(["gcc", "-static", "-o", code / "bootstrap", "seeker.c"], cwd=tmp_path, check=True)
    text = refusal(tmp_path)
    assert "F does not run in an empty root" in text and "no /etc/passwd here" in text


def test_what_is_no_package_is_refused(tmp_path):
    code = folder_function(tmp_path)
    assert "There is no bootstrap" in refusal(tmp_path)
    bootstrap = write_bootstrap(code, "pass")
    bootstrap.chmod(0o644)
    assert "The bootstrap is not executable" in refusal(tmp_path)
    bootstrap.chmod(0o755)
    (code / "link").symlink_to("../../secret")
    assert "link is a link to ../../secret, which is not in the package" in refusal(tmp_path)
    os.remove(code / "link")
    os.mkfifo(code / "pipe")
    assert "pipe is neither file, folder nor link" in refusal(tmp_path)
    os.remove(code / "pipe")
    with open(code / "large", "wb") as file:
        file.truncate(262_144_000)
    text = refusal(tmp_path)
    assert "F unpacks to 250.0 MB; Lambda takes 250.0 MB" in text and "250.0 MB  large" in text
    with open(code / "large", "wb") as file:
        file.write(os.urandom(51 * MEGABYTE))
    assert "zipped; Lambda takes 50.0 MB" in refusal(tmp_path)


def test_links_modes_and_added_files_survive(tmp_path):
    code = folder_function(tmp_path)
    write_bootstrap(code, "pass")
    (code / "data").mkdir()
    (code / "data/one").write_text("1")
    (code / "two").symlink_to("data/one")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/small").write_text("weights")
    made = package(tmp_path, "--no-verify", "--output", "out", "--add", "models/=assets")
    with zipfile.ZipFile(made["packages"][0]["zip"]) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert archive.read("two") == b"data/one" and archive.read("assets/small") == b"weights"
    assert modes == {
        "assets/small": 0o100644, "bootstrap": 0o100755, "data/one": 0o100644, "two": 0o120777,
    }
    assert list(modes) == sorted(modes)
