"""
Peer praison-webhook: the same router, extended to notify webhooks as PraisonAI's guide to push notifications does,
below one path for each of its variants. Source: https://docs.praison.ai/docs/features/a2a-push-notifications
"""

import asyncio
import hashlib
import hmac
import json
import sys

from serving import serve  # first: from here on nothing leaves loopback
from praison_agent import ScriptedAgent  # before the package, which it tells to keep quiet

import aiohttp
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from praisonaiagents.ui.a2a import A2A
from praisonaiagents.ui.a2a.task_store import TaskStore

METHODS = "tasks/pushNotificationConfig/"


class TellingTaskStore(TaskStore):
    """
    Makes the call that the guide leaves out. A state that was final already is told again, because the store does not
    say that it changed nothing: PraisonAI sets `cancelled` twice.
    """

    def __init__(self, tell):
        super().__init__()
        self._tell = tell

    def update_status(self, task_id, state, message=None):
        task = super().update_status(task_id, state, message)
        if task is not None:
            self._tell(task)
        return task


class WebhookA2A(A2A):
    """One configuration for each task, which nobody looks up; one POST for each status."""

    attempts = 1

    def __init__(self, **options):
        super().__init__(**options)
        self.task_store = TellingTaskStore(self._tell)
        self._configs = {}
        # The event loop holds its tasks weakly.
        self._deliveries = set()

    def get_agent_card(self):
        card = super().get_agent_card()
        card.capabilities.push_notifications = True
        return card

    def _handle_push_notification(self, request_id, method, params):
        operation = getattr(self, f"_{method.removeprefix(METHODS)}_config")
        return JSONResponse({"jsonrpc": "2.0", "id": request_id, **operation(params)})

    def _set_config(self, params):
        if not (params.get("taskId") and params.get("url")):
            return error(-32602, "no taskId, or no url")
        # What was not given is in there too: no token is null, no authentication is empty. An id is not kept.
        given = {name: params[name] for name in ("taskId", "url", "token", "authentication") if name in params}
        config = {"token": None, "authentication": {}, **given}
        self._configs[config["taskId"]] = config
        return {"result": config}

    def _get_config(self, params):
        config = self._configs.get(params.get("taskId"))
        return {"result": config} if config else error(-32000, "Config not found")

    def _list_config(self, _params):
        return {"result": {"configs": list(self._configs.values())}}

    def _delete_config(self, params):
        config = self._configs.pop(params.get("taskId"), None)
        return {"result": {"deleted": True}} if config else error(-32000, "Config not found")

    def _tell(self, task):
        # The store is used on the event loop only, which must not be held up by a webhook.
        delivery = asyncio.create_task(self._notify_webhook(task.id, self._data_of(task)))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    def _data_of(self, task):
        return {"status": {"state": task.status.state.value}, "timestamp": task.status.timestamp}

    async def _notify_webhook(self, task_id, task_data):
        config = self._configs.get(task_id)
        if config is None:
            return
        payload = {"taskId": task_id, **{name: task_data.get(name) for name in ("status", "timestamp")}}
        body = json.dumps(payload, separators=(",", ":")).encode()
        for attempt in range(self.attempts):
            if attempt > 0:
                await asyncio.sleep(2 ** (attempt - 1))
            try:
                await post(config["url"], body, self._headers_of(config, body))
                return
            except (aiohttp.ClientError, asyncio.TimeoutError) as failure:
                print(f"not delivered: {failure!r}", file=sys.stderr, flush=True)

    def _headers_of(self, config, _body):
        headers = {"Content-Type": "application/json"}
        scheme, credentials = map(config["authentication"].get, ("scheme", "credentials"))
        if scheme and credentials:
            headers["Authorization"] = f"{scheme} {credentials}"
        if config["token"]:
            headers["X-Webhook-Token"] = config["token"]
        return headers


class WholeTaskA2A(WebhookA2A):
    """Hands over all of the task. Its time is in its status then, and the payload's is null."""

    def _data_of(self, task):
        return task.model_dump(mode="json", by_alias=True, exclude_none=True)


class RecipesA2A(WebhookA2A):
    """With two recipes of the guide: signs, and does not give up at once."""

    attempts = 3
    # praison-push.test.ts knows it too.
    secret = b"of praison-webhook"

    def _headers_of(self, config, body):
        signature = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        return {**super()._headers_of(config, body), "X-Webhook-Signature": f"sha256={signature}"}


class SetOnlyA2A(A2A):
    """The guide's first example: it takes configurations, and does nothing with them."""

    def _handle_push_notification(self, request_id, method, params):
        if method != f"{METHODS}set":
            return super()._handle_push_notification(request_id, method, params)
        result = {"taskId": params.get("taskId"), "url": params.get("url")}
        return JSONResponse({"jsonrpc": "2.0", "id": request_id, "result": result})


def error(code, message):
    return {"error": {"code": code, "message": message}}


async def post(url, body, headers):
    """As httpx does by default, which is not among what praisonaiagents brings: a redirect is a failure."""
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            if response.status > 299:
                raise aiohttp.ClientError(f"HTTP {response.status}")


def build(url):
    app = FastAPI()
    variants = {
        "": WebhookA2A,
        "/whole-task": WholeTaskA2A,
        "/recipes": RecipesA2A,
        "/set-only": SetOnlyA2A,
        "/plain": A2A,
    }
    for prefix, variant in variants.items():
        agent = ScriptedAgent("praison-webhook")
        app.include_router(variant(agent=agent, url=f"{url}{prefix}/a2a", prefix=prefix).get_router())
    return app


serve(build)
