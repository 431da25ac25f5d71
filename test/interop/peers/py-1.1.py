"""Peer py-1.1: the server of a2a-sdk 1.1 (A2A 1.0), JSON-RPC and REST."""

import asyncio
import json

from serving import serve  # first: from here on nothing leaves loopback

import httpx
from a2a.helpers import new_data_part, new_task_from_user_message, new_text_message
from a2a.server.agent_execution import AgentExecutor
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes, create_rest_routes
from a2a.server.tasks import (
    BasePushNotificationSender,
    InMemoryPushNotificationConfigStore,
    InMemoryTaskStore,
    TaskUpdater,
)
from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentProvider, Part, TaskState
from a2a.utils.signing import create_agent_card_signer
from cryptography.hazmat.primitives.asymmetric import ec
from google.protobuf.json_format import MessageToDict
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm
from script import command, report, work_time
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


class ScriptedAgent(AgentExecutor):
    async def execute(self, context, event_queue):
        said = next((part.text for part in context.message.parts if part.HasField("text")), "")
        task = context.current_task
        answers = task is not None and task.status.state == TaskState.TASK_STATE_INPUT_REQUIRED
        word = "" if answers else command(said)
        if word == "message":
            await event_queue.enqueue_event(new_text_message("direct", context_id=context.context_id))
            return
        if task is None:
            await event_queue.enqueue_event(new_task_from_user_message(context.message))
        updater = TaskUpdater(event_queue, context.task_id, context.context_id)
        await updater.start_work()
        if word == "fail":
            raise Exception("boom")
        if word == "input":
            await updater.requires_input(updater.new_agent_message([Part(text="need more")]))
            return
        await asyncio.sleep(work_time("" if answers else said))
        await updater.add_artifact(answer(word, said, context.message), artifact_id="report", name="report")
        await updater.complete()

    async def cancel(self, context, event_queue):
        await TaskUpdater(event_queue, context.task_id, context.context_id).cancel()


def answer(word, said, received):
    if word == "echo-json":
        return [Part(text=json.dumps(MessageToDict(received)["parts"]))]
    if word != "parts":
        return [Part(text=report(said))]
    return [
        Part(text="text"),
        Part(raw=b"hello", filename="hello.txt", media_type="text/plain"),
        Part(url="https://example.com/picture.png", filename="picture.png", media_type="image/png"),
        new_data_part({"a": 1, "b": [1, 2]}),
    ]


def build(url):
    card = AgentCard(
        name="py-1.1",
        description="A scripted agent",
        version="1.0.0",
        supported_interfaces=[
            AgentInterface(url=f"{url}/", protocol_binding="JSONRPC", protocol_version="1.0"),
            AgentInterface(url=f"{url}/rest", protocol_binding="HTTP+JSON", protocol_version="1.0"),
        ],
        provider=AgentProvider(organization="a2a-await", url="https://example.com"),
        capabilities=AgentCapabilities(streaming=True, push_notifications=True),
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain"],
    )
    key = ec.generate_private_key(ec.SECP256R1())
    sign = create_agent_card_signer(
        PyJWK(ECAlgorithm.to_jwk(key, as_dict=True)),
        {"alg": "ES256", "kid": "py-1.1", "jku": f"{url}/jwks.json", "typ": "JOSE"},
    )
    sign(card)
    public = {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "py-1.1"}
    configs = InMemoryPushNotificationConfigStore()
    handler = DefaultRequestHandler(
        agent_executor=ScriptedAgent(),
        task_store=InMemoryTaskStore(),
        agent_card=card,
        push_config_store=configs,
        # A proxy of the machine must not stand between the peer and a webhook on loopback.
        push_sender=BasePushNotificationSender(httpx.AsyncClient(trust_env=False), configs),
    )
    # The card first: the REST routes end with one that takes any first path segment as a tenant.
    return Starlette(
        routes=[
            *create_agent_card_routes(card),
            Route("/jwks.json", lambda request: JSONResponse({"keys": [public]})),
            *create_jsonrpc_routes(handler, "/"),
            *create_rest_routes(handler, path_prefix="/rest"),
        ]
    )


serve(build)
