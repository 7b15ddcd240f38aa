# SPDX-License-Identifier: Apache-2.0
"""A function that streams its result as its event says."""

# `pieces` are written one by one; one that is an object makes the function wait at a named pipe, end itself, or break off.
STREAMER = """
import base64, json, os, signal, socket, sys

HOST, PORT = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")


def send(connection, head, body=b""):
    connection.sendall(head.encode() + body)


def receive(connection):
    answer = b""
    while b"\\r\\n\\r\\n" not in answer:
        piece = connection.recv(65536)
        if not piece:
            sys.exit("the connection was lost")
        answer += piece
    head, _, body = answer.partition(b"\\r\\n\\r\\n")
    lines = head.decode().split("\\r\\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:])
    while len(body) < int(fields["content-length"]):
        body += connection.recv(65536)
    return int(lines[0].split()[1]), fields, body


def perform(action):
    if "wait" in action:
        # A named pipe opens when somebody opens its other end.
        open(action["wait"]).close()
    if "mark" in action:
        open(action["mark"], "w").close()
    if "exit" in action:
        sys.exit(action["exit"])
    if "hang" in action:
        signal.pause()


def stream(connection, request, event):
    head = f"POST /2018-06-01/runtime/invocation/{request}/response HTTP/1.1\\r\\nHost: {HOST}\\r\\n"
    head += "Lambda-Runtime-Function-Response-Mode: streaming\\r\\nTransfer-Encoding: chunked\\r\\n"
    head += "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\\r\\n"
    if event.get("type"):
        head += f"Content-Type: {event['type']}\\r\\n"
    send(connection, head + "\\r\\n")
    for piece in event.get("pieces", []):
        if isinstance(piece, dict) and "fill" not in piece:
            perform(piece)
            continue
        data = b"x" * piece["fill"] if isinstance(piece, dict) else piece.encode("latin-1")
        send(connection, f"{len(data):x}\\r\\n", data + b"\\r\\n")
    trailers = ""
    if "error" in event:
        body = base64.b64encode(json.dumps(event["error"]).encode()).decode()
        trailers = f"Lambda-Runtime-Function-Error-Type: {event['error']['errorType']}\\r\\n"
        trailers += f"Lambda-Runtime-Function-Error-Body: {body}\\r\\n"
    send(connection, f"0\\r\\n{trailers}\\r\\n")


with socket.create_connection((HOST, int(PORT))) as connection:
    while True:
        send(connection, f"GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: {HOST}\\r\\n\\r\\n")
        _, fields, body = receive(connection)
        request, event = fields["lambda-runtime-aws-request-id"], json.loads(body)
        # A function URL sends what the test wants as the request's body.
        if "requestContext" in event and event.get("body"):
            event = json.loads(event["body"])
        print("log of", request, flush=True)
        if "whole" in event:
            body = json.dumps(event["whole"]).encode()
            path = "error" if event.get("failed") else "response"
            send(connection, f"POST /2018-06-01/runtime/invocation/{request}/{path} HTTP/1.1\\r\\nHost: {HOST}\\r\\n"
                 f"Content-Length: {len(body)}\\r\\n\\r\\n", body)
        else:
            stream(connection, request, event)
        print("answer", receive(connection)[0], flush=True)
"""
