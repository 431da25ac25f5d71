"""The scripted agent of the Python peers. What is common is here; how it is said differs by SDK."""


def command(text):
    return (text.split() or [""])[0]


def report(text):
    return f"Report for: {text}"


def work_time(text):
    """How long the agent works, in seconds: `slow` 1.5, `slow <ms>` that long, everything else 0.05."""
    words = text.split()
    if command(text) != "slow":
        return 0.05
    return float(words[1]) / 1000 if len(words) > 1 else 1.5
