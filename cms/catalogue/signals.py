"""What the floors above may listen to."""

from django.dispatch import Signal

# Sent after a commit that moved the clock, by whoever flushed. No arguments: read the feed.
catalogue_changed = Signal()
