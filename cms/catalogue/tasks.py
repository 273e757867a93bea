"""Background work of the catalogue."""

from procrastinate.contrib.django import app

from . import touches
from .signals import catalogue_changed


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="catalogue.sweep", name="catalogue.sweep")
def sweep(timestamp: int = 0) -> None:
    """Project what no request has projected: bulk updates, scheduled changes, leftovers."""
    flushed = touches.flush(wait=False)
    if flushed.done.written or flushed.done.retired:
        catalogue_changed.send(sender=None)
