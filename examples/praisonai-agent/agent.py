# By hand: pip install praisonaiagents fastapi uvicorn && python agent.py
import sys
import time

import uvicorn
from fastapi import FastAPI
from praisonaiagents.ui.a2a import A2A


# With a key for a model, instead of this class: from praisonaiagents import Agent, and below
# Agent(name="reporter", instructions="Write short reports.")
class Reporter:
    name = "reporter"
    role = "Writes reports"
    goal = "To be brief"
    tools = None

    def chat(self, said):
        time.sleep(1)
        if "nothing" in said:
            raise ValueError("There is nothing to report.")
        return f"Report on {said}: the harvest doubled."


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
app = FastAPI()
app.include_router(A2A(agent=Reporter(), url=f"http://127.0.0.1:{port}/a2a").get_router())
uvicorn.run(app, host="127.0.0.1", port=port)
