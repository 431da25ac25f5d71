"""Peer praison: the A2A router of praisonaiagents around an agent without a model."""

import json
import os
import sys
import time

from serving import serve  # first: from here on nothing leaves loopback

# Before the import, because the package reads them then. Its telemetry is opt-in today; this keeps it so.
for name in ("PRAISONAI_TELEMETRY_DISABLED", "PRAISONAI_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
    os.environ[name] = "true"

from fastapi import FastAPI
from praisonaiagents.ui.a2a import A2A
from praisonaiagents.ui.protocols import A2UI_MIME_TYPE
from script import command, report, work_time


class ScriptedAgent:
    """The router asks no more of an agent than these fields and chat(). It knows no taskId, so `input` is not possible."""

    name = "praison"
    role = "A scripted agent"
    goal = "To be tested against"
    tools = None
    chat_history = []

    def chat(self, said):
        """`said` is every part in one string: texts, `[file: <url>]`, data as JSON, with spaces between."""
        word = command(said)
        if word == "fail":
            raise Exception("boom")
        time.sleep(work_time(said))
        # The router makes a data part of a tool result of this type, the only part other than text it can answer with.
        ui = {"mime_type": A2UI_MIME_TYPE, "messages": [{"a": 1, "b": [1, 2]}]}
        self.chat_history = [{"role": "tool", "content": ui}] if word == "parts" else []
        return json.dumps([said]) if word == "echo-json" else report(said)


def build(url):
    # After the port: a bearer token that every POST must then bring; without it the endpoint is open.
    token = sys.argv[2] if len(sys.argv) > 2 else None
    app = FastAPI()
    app.include_router(A2A(agent=ScriptedAgent(), url=f"{url}/a2a", auth_token=token).get_router())
    return app


serve(build)
