"""Background work that no app of its own deserves."""

from django.core.management import call_command
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from .documents import CustomDocument, TextState

STALLED_AFTER = 60  # seconds without a sign of life from a job's worker


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="core.publish_scheduled", name="core.publish_scheduled")
def publish_scheduled(timestamp: int) -> None:
    """Publish and expire what an editor has planned for this minute."""
    call_command("publish_scheduled")


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="core.read_documents", name="core.read_documents")
def read_documents(timestamp: int = 0) -> None:
    """Read the files whose reading was cut short when they were uploaded."""
    for document in CustomDocument.objects.filter(text_state=TextState.UNREAD):
        document.read_text()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="core.retry_stalled", name="core.retry_stalled")
async def retry_stalled(timestamp: int = 0) -> None:
    """Give back the jobs of workers that were killed, whatever the room they belong to."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the same work is queued already
            await manager.finish_job(job, Status.FAILED, delete_job=True)
