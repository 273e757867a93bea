"""Background work that no app of its own deserves."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="core.publish_scheduled", name="core.publish_scheduled")
def publish_scheduled(timestamp: int) -> None:
    """Publish and expire what an editor has planned for this minute."""
    call_command("publish_scheduled")


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="core.retry_stalled", name="core.retry_stalled", pass_context=True)
async def retry_stalled(context, timestamp: int) -> None:
    """Give back to the queue the jobs of a worker that was killed."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
