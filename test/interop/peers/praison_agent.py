"""What both PraisonAI peers serve: an agent without a model. Imported after serving, before praisonaiagents."""

import json
import os
import time

from script import command, report, work_time

# Before the import, because the package reads them then. Its telemetry is opt-in today; this keeps it so.
for name in ("PRAISONAI_TELEMETRY_DISABLED", "PRAISONAI_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
    os.environ[name] = "true"

from praisonaiagents.ui.protocols import A2UI_MIME_TYPE


class ScriptedAgent:
    """The router asks no more of an agent than these fields and chat(). It knows no taskId, so `input` is not possible."""

    role = "A scripted agent"
    goal = "To be tested against"
    tools = None
    chat_history = []

    def __init__(self, name):
        self.name = name

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
