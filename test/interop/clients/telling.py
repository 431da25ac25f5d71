"""What both Python clients share: what they are given, and what they print."""

import asyncio
import json
import os
import sys
import traceback

# Only our lines go to stdout; whatever a package prints goes to stderr.
_lines = sys.stdout
sys.stdout = sys.stderr

# Seconds for each story: one that hangs must not keep the others from being told.
_PATIENCE = 5


def tell(stories_of):
    """Runs the stories of each server on the command line, and prints what the client saw of each, or the error.

    `stories_of(server)`, given a dict of `binding`, `url` and `hook`, connects a client and returns its stories by
    name.
    """
    asyncio.run(_tell(stories_of))
    _lines.flush()
    # At once: whatever a story left open must not hold up the end.
    os._exit(0)


async def _tell(stories_of):
    for server in json.loads(sys.argv[1]):
        for story, run in (await stories_of(server)).items():
            try:
                outcome = {"saw": await asyncio.wait_for(run(), _PATIENCE)}
            except Exception as error:
                traceback.print_exc()
                outcome = {"error": describe(error)}
            _lines.write(json.dumps({"binding": server["binding"], "story": story, **outcome}) + "\n")


async def refusal(call):
    """What a call was refused with; one that was not is worth an error of its own."""
    try:
        value = await call
    except Exception as error:
        return describe(error)
    raise AssertionError(f"not refused: {value}")


async def every(stream, write):
    return [write(event) async for event in stream]


async def first_of(stream):
    """Leaves the stream after its first event."""
    async for event in stream:
        await stream.aclose()
        return event
    raise AssertionError("the stream had no event")


def describe(error):
    return {"name": type(error).__name__, "message": str(error)}
