"""Peer py-0.3: the server of a2a-sdk 0.3 (A2A 0.3), JSON-RPC and REST."""

import asyncio
import base64
import json

from serving import serve  # first: from here on nothing leaves loopback

import httpx
from a2a.server.agent_execution import AgentExecutor
from a2a.server.apps import A2ARESTFastAPIApplication, A2AStarletteApplication
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.tasks import (
    BasePushNotificationSender,
    InMemoryPushNotificationConfigStore,
    InMemoryTaskStore,
    TaskUpdater,
)
from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    DataPart,
    FilePart,
    FileWithBytes,
    FileWithUri,
    Part,
    TaskState,
    TextPart,
)
from a2a.utils import new_agent_text_message, new_task
from script import command, report, work_time


def text(value):
    return Part(root=TextPart(text=value))


class ScriptedAgent(AgentExecutor):
    async def execute(self, context, event_queue):
        said = next((part.root.text for part in context.message.parts if part.root.kind == "text"), "")
        task = context.current_task
        answers = task is not None and task.status.state == TaskState.input_required
        word = "" if answers else command(said)
        if word == "message":
            await event_queue.enqueue_event(new_agent_text_message("direct", context_id=context.context_id))
            return
        if task is None:
            await event_queue.enqueue_event(new_task(context.message))
        updater = TaskUpdater(event_queue, context.task_id, context.context_id)
        await updater.start_work()
        if word == "fail":
            raise Exception("boom")
        if word == "input":
            await updater.requires_input(updater.new_agent_message([text("need more")]))
            return
        await asyncio.sleep(work_time("" if answers else said))
        await updater.add_artifact(answer(word, said, context.message), artifact_id="report", name="report")
        await updater.complete()

    async def cancel(self, context, event_queue):
        await TaskUpdater(event_queue, context.task_id, context.context_id).cancel()


def answer(word, said, received):
    if word == "echo-json":
        parts = [part.model_dump(mode="json", by_alias=True, exclude_none=True) for part in received.parts]
        return [text(json.dumps(parts))]
    if word != "parts":
        return [text(report(said))]
    data = base64.b64encode(b"hello").decode()
    picture = FileWithUri(uri="https://example.com/picture.png", name="picture.png", mime_type="image/png")
    return [
        text("text"),
        Part(root=FilePart(file=FileWithBytes(bytes=data, name="hello.txt", mime_type="text/plain"))),
        Part(root=FilePart(file=picture)),
        Part(root=DataPart(data={"a": 1, "b": [1, 2]})),
    ]


def build(url):
    card = AgentCard(
        name="py-0.3",
        description="A scripted agent",
        version="1.0.0",
        url=f"{url}/",
        preferred_transport="JSONRPC",
        additional_interfaces=[AgentInterface(transport="HTTP+JSON", url=f"{url}/rest")],
        capabilities=AgentCapabilities(streaming=True, push_notifications=True),
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain"],
        skills=[],
    )
    configs = InMemoryPushNotificationConfigStore()
    handler = DefaultRequestHandler(
        agent_executor=ScriptedAgent(),
        task_store=InMemoryTaskStore(),
        push_config_store=configs,
        # A proxy of the machine must not stand between the peer and a webhook on loopback.
        push_sender=BasePushNotificationSender(httpx.AsyncClient(trust_env=False), configs),
    )
    app = A2AStarletteApplication(agent_card=card, http_handler=handler).build()
    app.mount("/rest", A2ARESTFastAPIApplication(agent_card=card, http_handler=handler).build())
    return app


serve(build)
