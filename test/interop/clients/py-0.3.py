"""Client py-0.3: a2a-sdk 0.3 (A2A 0.3), JSON-RPC and REST. What it read is printed as its own JSON of 0.3."""

import uuid

from telling import every, first_of, refusal, tell  # first: from here on only our lines go to stdout

import httpx
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.types import (
    GetTaskPushNotificationConfigParams,
    Message,
    MessageSendConfiguration,
    PushNotificationConfig,
    TaskIdParams,
    TaskPushNotificationConfig,
    TaskQueryParams,
)


def request(parts, message=None):
    return Message(
        message_id=str(uuid.uuid4()),
        role="user",
        parts=[{"kind": "text", "text": parts}] if isinstance(parts, str) else parts,
        **(message or {}),
    )


def write(value):
    return value.model_dump(mode="json", by_alias=True, exclude_none=True)


def write_event(event):
    """It gives each event with the task as it is by then; the event itself is what came."""
    if not isinstance(event, tuple):
        return write(event)
    task, update = event
    return write(update or task)


async def stories_of(server):
    hook = server["hook"]
    http = httpx.AsyncClient()
    card = await A2ACardResolver(http, server["url"]).get_agent_card()

    def connect(streaming, **options):
        transports = ["JSONRPC", "HTTP+JSON"]
        config = ClientConfig(streaming=streaming, httpx_client=http, supported_transports=transports, **options)
        return ClientFactory(config).create(card)

    client = connect(streaming=False)
    streaming = connect(streaming=True)

    async def send(parts, message=None, **configuration):
        options = MessageSendConfiguration(**configuration)
        sent = client.send_message(request(parts, message), configuration=options)
        [answer] = await every(sent, write_event)
        return answer

    async def later(text):
        return await send(text, blocking=False)

    async def get(id):
        return write(await client.get_task(TaskQueryParams(id=id)))

    async def finished(id):
        while (task := await get(id))["status"]["state"] != "completed":
            pass
        return task

    async def parts():
        picture = {"uri": "https://example.com/a.png", "mimeType": "image/png"}
        return await send(
            [
                {"kind": "text", "text": "echo"},
                {"kind": "data", "data": {"n": 1, "list": [True, None]}},
                {"kind": "file", "file": {"bytes": "aGVsbG8=", "name": "hello.txt", "mimeType": "text/plain"}},
                {"kind": "file", "file": picture},
            ]
        )

    async def send_later():
        first = await later("until tasks/get 1")
        return {"first": first, "next": await get(first["id"]), "last": await finished(first["id"])}

    async def stream(text="report on the news"):
        return await every(streaming.send_message(request(text)), write_event)

    async def resubscribe():
        sent = streaming.send_message(request("until tasks/resubscribe 1"))
        first = write_event(await first_of(sent))
        rest = streaming.resubscribe(TaskIdParams(id=first["id"]))
        return {"first": first, "rest": await every(rest, write_event)}

    async def resubscribe_late():
        id = (await send("report on the news"))["id"]
        return await every(streaming.resubscribe(TaskIdParams(id=id)), write_event)

    async def cancel():
        id = (await later("hold"))["id"]
        canceled = write(await client.cancel_task(TaskIdParams(id=id)))
        again = refusal(client.cancel_task(TaskIdParams(id=id)))
        return {"canceled": canceled, "got": await get(id), "again": await again}

    async def list_tasks():
        return hasattr(client, "list_tasks")

    def push_config(name):
        authentication = {"schemes": ["Bearer"], "credentials": "secret-1"}
        return PushNotificationConfig(
            id=name, url=f"{hook}/{name}", token="token-1", authentication=authentication
        )

    async def push_with_the_message():
        """What a client was made with goes along with each of its messages."""
        notified = connect(streaming=False, push_notification_configs=[push_config("band")])
        [answer] = await every(notified.send_message(request("report on the news")), write_event)
        return answer

    async def push_with_one_message():
        return await send("report on the news", push_notification_config=push_config("once"))

    async def push_by_the_method():
        task_id = (await later("until tasks/pushNotificationConfig/get 1"))["id"]
        config = PushNotificationConfig(id="kept", url=f"{hook}/kept", token="token-2")
        stored = await client.set_task_callback(
            TaskPushNotificationConfig(task_id=task_id, push_notification_config=config)
        )

        def named(id):
            return client.get_task_callback(
                GetTaskPushNotificationConfigParams(id=task_id, push_notification_config_id=id)
            )

        # It can neither list nor delete them.
        absent = [name for name in ("list_task_callback", "delete_task_callback") if not hasattr(client, name)]
        return {
            "taskId": task_id,
            "stored": write(stored),
            "read": write(await named("kept")),
            "unknown": await refusal(named("dropped")),
            "absent": absent,
        }

    async def input_required():
        asked = await send("ask")
        ids = {"task_id": asked["id"], "context_id": asked["contextId"]}
        return {"asked": asked, "answered": await send("Tuesday", ids)}

    async def message_too_late():
        task_id = (await send("report on the news"))["id"]
        return await refusal(send("more", {"task_id": task_id}))

    async def extended_card():
        return write(await client.get_card())

    async def thrown_in_a_stream():
        return {"seen": await stream("crash")}

    return {
        "send": lambda: send("report on the news"),
        "message": lambda: send("hello"),
        "parts": parts,
        "later": send_later,
        "stream": stream,
        "stream of a message": lambda: stream("hello"),
        "resubscribe": resubscribe,
        "resubscribe when it is over": resubscribe_late,
        "cancel": cancel,
        "list": list_tasks,
        "push with the message": push_with_the_message,
        "push with one message only": push_with_one_message,
        "push by the method": push_by_the_method,
        "input required": input_required,
        "failed": lambda: send("fail"),
        "rejected": lambda: send("refuse"),
        "thrown": lambda: refusal(send("crash")),
        "thrown in a stream": thrown_in_a_stream,
        "unknown task": lambda: refusal(get("no-such-task")),
        "message to a task that is over": message_too_late,
        "extended card": extended_card,
    }


tell(stories_of)
