"""Background work of the partners."""

from procrastinate.contrib.django import app

from . import delivering, deposits, previews, rates, usage


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="partners.forget", name="partners.forget")
def forget(timestamp: int = 0) -> None:
    """Forget minutes that are over, and days that nobody compares any more."""
    rates.forget_old()
    usage.forget_old()
    deposits.forget_old()
    delivering.forget_old()
    previews.forget_old()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="partners.tell", name="partners.tell")
def tell(timestamp: int = 0) -> None:
    """Tell partners of what has changed."""
    delivering.queue()
    delivering.send_waiting()
