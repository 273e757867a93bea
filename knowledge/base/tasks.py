"""Work that knowledge pages ask for by themselves."""

from procrastinate.contrib.django import app

from .reminders import remind


@app.periodic(cron="0 5 * * *")
@app.task(queueing_lock="knowledge.remind_reviewers", name="knowledge.remind_reviewers")
def remind_reviewers(timestamp: int = 0) -> None:
    """Every morning: tell reviewers of the pages whose review date has come."""
    remind()
