"""Background work of the catalogue."""

from procrastinate.contrib.django import app

from . import dead_links, touches
from .signals import catalogue_changed


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="catalogue.sweep", name="catalogue.sweep")
def sweep(timestamp: int = 0) -> None:
    """Project what no request has projected: bulk updates, scheduled changes, leftovers, and
    what says something else from this hour on."""
    touches.touch_due()
    flushed = touches.flush(wait=False)
    if flushed.done.written or flushed.done.retired:
        catalogue_changed.send(sender=None)


@app.periodic(cron="50 0 * * *")
@app.task(queueing_lock="catalogue.collect_links", name="catalogue.collect_links")
def collect_links(timestamp: int = 0) -> None:
    """Note which links to other sites the public pages give."""
    dead_links.collect()


@app.periodic(cron="7,37 1-5 * * *")
@app.task(queueing_lock="catalogue.check_links", name="catalogue.check_links")
def check_links(timestamp: int = 0) -> None:
    """Ask for some of them: each link comes once a week, in the night."""
    dead_links.check()
