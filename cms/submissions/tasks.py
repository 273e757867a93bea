"""Background work of the submissions."""

from procrastinate.contrib.django import app

from . import outbox, personal


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="submissions.send_mail", name="submissions.send_mail")
def send_mail(timestamp: int = 0) -> None:
    """Tell what has come online, and send the messages that wait."""
    outbox.tell_what_is_published()
    outbox.send_waiting()


@app.periodic(cron="30 6 * * *")
@app.task(queueing_lock="submissions.digest", name="submissions.digest")
def digest(timestamp: int = 0) -> None:
    """Every morning: tell the editors what waits."""
    outbox.queue_digests()


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="submissions.purge", name="submissions.purge")
def purge(timestamp: int = 0) -> None:
    """Every night: forget what has been kept long enough."""
    personal.purge()
