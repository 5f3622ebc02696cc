"""Sees that a server goes on answering others, and how much memory it takes, while something bad is done to it."""

import contextlib
import socket
import threading
import time

# A second is what it should be; on a machine that does much else at once it may be more.
SLOWEST = 5
MEGABYTES = 700


@contextlib.contextmanager
def watched(service, path="metadata"):
    """Another client asks all the time; afterwards it must always have been answered, and memory stayed within bounds."""
    over = threading.Event()
    seen = {"slowest": 0.0, "asked": 0, "bad": [], "most": 0}
    before = service.resident()

    def ask():
        with service.client(timeout=30) as client:
            while not over.is_set():
                began = time.monotonic()
                try:
                    code = client.get(path).status_code
                except Exception as problem:
                    code = repr(problem)
                seen["slowest"] = max(seen["slowest"], time.monotonic() - began)
                seen["asked"] += 1
                if code != 200:
                    seen["bad"].append(code)
                seen["most"] = max(seen["most"], service.resident())
                time.sleep(0.02)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
    assert not seen["bad"], f"another client met {seen['bad'][:5]}"
    assert seen["slowest"] < SLOWEST, f"another client waited {seen['slowest']:.1f} s"
    grown = (seen["most"] - before) >> 20
    print(f"memory grew by {grown} MB; another client asked {seen['asked']} times and waited {seen['slowest']:.2f} s at most")
    assert grown < MEGABYTES, f"memory grew by {grown} MB"


def pour(service, head, pieces, seconds=30):
    """Sends a request piece by piece until the server answers; gives status, body, bytes sent, seconds."""
    began, sent, answer = time.monotonic(), 0, b""
    head = f"{head}\r\nHost: 127.0.0.1:{service.port}\r\nAuthorization: Bearer {service.key}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=seconds) as line:
        try:
            line.sendall(head.encode())
            for piece in pieces:
                line.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    answer += line.recv(65536)
                line.settimeout(seconds)
                if answer:
                    break
                line.sendall(piece)
                sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        with contextlib.suppress(ConnectionResetError, TimeoutError):
            line.settimeout(seconds)
            while b"\r\n\r\n" not in answer or not complete(answer):
                more = line.recv(65536)
                if not more:
                    break
                answer += more
    top, _, body = answer.partition(b"\r\n\r\n")
    status = int(top.split(b" ")[1]) if top.startswith(b"HTTP/1.1 ") else None
    return status, body, sent, time.monotonic() - began


def complete(answer):
    top, _, body = answer.partition(b"\r\n\r\n")
    for line in top.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return body.endswith(b"0\r\n\r\n")
