"""What the Python peers share: the port, the record of requests, the closed door to the network, and the end."""

import json
import os
import socket
import sys
import threading

import uvicorn

# Only our lines go to stdout; whatever a package prints goes to stderr.
_lines = sys.stdout
sys.stdout = sys.stderr


def _print(line):
    _lines.write(json.dumps(line) + "\n")
    _lines.flush()


def _refuse_outgoing(event, args):
    """A peer talks to loopback only (webhooks do); telemetry or a model hub would fail here, and be seen in stderr."""
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name not in (None, "", "127.0.0.1", "::1", "localhost"):
        print(f"refused to leave loopback: {name}", file=sys.stderr, flush=True)
        raise ConnectionRefusedError(f"this peer stays on loopback: {name}")


# When this module is imported, which a peer therefore does before it imports the package it serves.
sys.addaudithook(_refuse_outgoing)


class _Recorder:
    """ASGI middleware: prints each request once its body is in, then hands the body on unchanged."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
        query = scope["query_string"].decode()
        _print(
            {
                "request": {
                    "method": scope["method"],
                    "path": scope["path"] + (f"?{query}" if query else ""),
                    "headers": {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
                    "body": _parse(body),
                }
            }
        )
        replayed = False

        async def replay():
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)


def _parse(body):
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _exit_with_stdin():
    sys.stdin.buffer.read()
    # At once: an open stream or a sleeping agent would hold up a polite shutdown, and there is nothing to save.
    os._exit(0)


def serve(build):
    """Serves the ASGI app `build(url)` on 127.0.0.1 at the port of the command line (0 or none: any free one)."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            _print({"ready": True, "url": url})

    threading.Thread(target=_exit_with_stdin, daemon=True).start()
    config = uvicorn.Config(
        # The card must name the port, so the app can only be built once the port is known.
        _Recorder(build(url)),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    Server(config).run(sockets=[listener])
