"""Client py-1.1: a2a-sdk 1.1 (A2A 1.0), JSON-RPC and REST. What it read is printed as its own JSON of 1.0."""

import uuid

from telling import every, first_of, refusal, tell  # first: from here on only our lines go to stdout

from a2a.client import ClientConfig, create_client
from a2a.types import (
    CancelTaskRequest,
    DeleteTaskPushNotificationConfigRequest,
    GetExtendedAgentCardRequest,
    GetTaskPushNotificationConfigRequest,
    GetTaskRequest,
    ListTaskPushNotificationConfigsRequest,
    ListTasksRequest,
    SendMessageRequest,
    SubscribeToTaskRequest,
    TaskPushNotificationConfig,
)
from google.protobuf.json_format import MessageToDict as write
from google.protobuf.json_format import ParseDict


def request(parts, message=None, **configuration):
    return ParseDict(
        {
            "message": {
                "messageId": str(uuid.uuid4()),
                "role": "ROLE_USER",
                "parts": [{"text": parts}] if isinstance(parts, str) else parts,
                **(message or {}),
            },
            "configuration": configuration,
        },
        SendMessageRequest(),
    )


async def stories_of(server):
    hook = server["hook"]
    bindings = ["JSONRPC", "HTTP+JSON"]

    async def connect(streaming):
        config = ClientConfig(streaming=streaming, supported_protocol_bindings=bindings)
        return await create_client(server["url"], client_config=config)

    client = await connect(streaming=False)
    streaming = await connect(streaming=True)

    async def send(parts, **options):
        [answer] = await every(client.send_message(request(parts, **options)), write)
        return answer

    async def later(text):
        return await send(text, returnImmediately=True)

    async def get(id):
        return write(await client.get_task(GetTaskRequest(id=id)))

    async def finished(id):
        while (task := await get(id))["status"]["state"] != "TASK_STATE_COMPLETED":
            pass
        return task

    async def message():
        return await send("hello")

    async def parts():
        return await send(
            [
                {"text": "echo"},
                {"data": {"n": 1, "list": [True, None]}},
                {"raw": "aGVsbG8=", "filename": "hello.txt", "mediaType": "text/plain"},
                {"url": "https://example.com/a.png", "mediaType": "image/png"},
            ]
        )

    async def send_later():
        first = await later("until GetTask 1")
        id = first["task"]["id"]
        return {"first": first, "next": await get(id), "last": await finished(id)}

    async def stream(text="report on the news"):
        return await every(streaming.send_message(request(text)), write)

    async def resubscribe():
        first = write(await first_of(streaming.send_message(request("until SubscribeToTask 1"))))
        rest = streaming.subscribe(SubscribeToTaskRequest(id=first["task"]["id"]))
        return {"first": first, "rest": await every(rest, write)}

    async def resubscribe_late():
        id = (await send("report on the news"))["task"]["id"]
        return await refusal(every(streaming.subscribe(SubscribeToTaskRequest(id=id)), write))

    async def cancel():
        id = (await later("hold"))["task"]["id"]
        canceled = write(await client.cancel_task(CancelTaskRequest(id=id)))
        again = refusal(client.cancel_task(CancelTaskRequest(id=id)))
        return {"canceled": canceled, "got": await get(id), "again": await again}

    async def list_tasks():
        context_id = str(uuid.uuid4())
        for text in ["report one", "report two", "report three"]:
            await send(text, message={"contextId": context_id})
        pages = []
        token = ""
        while not pages or token:
            query = ListTasksRequest(
                context_id=context_id,
                status="TASK_STATE_COMPLETED",
                page_size=2,
                page_token=token,
                include_artifacts=True,
            )
            page = await client.list_tasks(query)
            pages.append(write(page))
            token = page.next_page_token
        return pages

    async def push_with_the_message():
        config = {
            "id": "band",
            "url": f"{hook}/band",
            "token": "token-1",
            "authentication": {"scheme": "Bearer", "credentials": "secret-1"},
        }
        return await send("report on the news", taskPushNotificationConfig=config)

    async def push_by_the_method():
        task_id = (await later("until ListTaskPushNotificationConfigs 2"))["task"]["id"]

        async def put(id, **config):
            return write(
                await client.create_task_push_notification_config(
                    TaskPushNotificationConfig(task_id=task_id, id=id, url=f"{hook}/{id}", **config)
                )
            )

        async def list_configs():
            listed = ListTaskPushNotificationConfigsRequest(task_id=task_id)
            return write(await client.list_task_push_notification_configs(listed))["configs"]

        def named(id):
            return client.get_task_push_notification_config(
                GetTaskPushNotificationConfigRequest(task_id=task_id, id=id)
            )

        stored = await put("kept", token="token-2")
        read = write(await named("kept"))
        await put("dropped")
        before = await list_configs()
        await client.delete_task_push_notification_config(
            DeleteTaskPushNotificationConfigRequest(task_id=task_id, id="dropped")
        )
        return {
            "taskId": task_id,
            "stored": stored,
            "read": read,
            "before": before,
            "after": await list_configs(),
            "unknown": await refusal(named("dropped")),
        }

    async def input_required():
        asked = await send("ask")
        task = asked["task"]
        ids = {"taskId": task["id"], "contextId": task["contextId"]}
        return {"asked": asked, "answered": await send("Tuesday", message=ids)}

    async def thrown_in_a_stream():
        seen = []

        async def read():
            async for event in streaming.send_message(request("crash")):
                seen.append(write(event))

        return {"error": await refusal(read()), "seen": seen}

    async def message_too_late():
        task_id = (await send("report on the news"))["task"]["id"]
        return await refusal(send("more", message={"taskId": task_id}))

    async def extended_card():
        return write(await client.get_extended_agent_card(GetExtendedAgentCardRequest()))

    return {
        "send": lambda: send("report on the news"),
        "message": message,
        "parts": parts,
        "later": send_later,
        "stream": stream,
        "stream of a message": lambda: stream("hello"),
        "resubscribe": resubscribe,
        "resubscribe when it is over": resubscribe_late,
        "cancel": cancel,
        "list": list_tasks,
        "push with the message": push_with_the_message,
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
