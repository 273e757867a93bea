"""What partners have sent: how often in an hour, and the same thing twice."""

import datetime as dt
import math

from django.conf import settings
from django.utils import timezone

from .models import Deposit

DAYS = 7  # for which a key of idempotency is remembered
_HOUR = dt.timedelta(hours=1)


def wait(partner_id: int) -> int:
    """The seconds until a partner may send one more; 0 for now. Counted by rows: exact."""
    rate = settings.API_SUBMISSIONS_RATE
    now = timezone.now()
    lately = Deposit.objects.filter(partner_id=partner_id, at__gt=now - _HOUR).order_by("-at")
    oldest = lately.values_list("at", flat=True)[rate - 1 : rate].first() if rate else None
    return max(1, math.ceil((oldest + _HOUR - now).total_seconds())) if oldest else 0


def forget_old() -> int:
    """Keys of idempotency that are no longer remembered; the number of rows."""
    return Deposit.objects.filter(at__lt=timezone.now() - dt.timedelta(days=DAYS)).delete()[0]
