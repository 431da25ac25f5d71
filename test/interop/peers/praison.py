"""Peer praison: the A2A router of praisonaiagents around an agent without a model."""

import sys

from serving import serve  # first: from here on nothing leaves loopback
from praison_agent import ScriptedAgent  # before the package, which it tells to keep quiet

from fastapi import FastAPI
from praisonaiagents.ui.a2a import A2A


def build(url):
    # After the port: a bearer token that every POST must then bring; without it the endpoint is open.
    token = sys.argv[2] if len(sys.argv) > 2 else None
    app = FastAPI()
    app.include_router(A2A(agent=ScriptedAgent("praison"), url=f"{url}/a2a", auth_token=token).get_router())
    return app


serve(build)
