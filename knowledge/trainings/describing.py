"""What the sessions and the speakers of trainings say in their records."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cms.core.records import Dependency, RecordDraft, TextPart
from knowledge.base.describing import Named, named, rows_by_page
from knowledge.base.places import communes_of
from knowledge.territories.models import Territory

from .sessions import HELD, TrainingSession, TrainingSpeaker


@dataclass(frozen=True, slots=True)
class Parts:
    """The rows of a batch of trainings, by page id; `communes` by their own ids, `names` (of the
    public pages among the speakers) by language and id."""

    sessions: Mapping[int, Sequence[TrainingSession]]
    speakers: Mapping[int, Sequence[TrainingSpeaker]]
    communes: Mapping[int, Territory]
    names: Mapping[str, Mapping[int, Named]]

    @classmethod
    def load(cls, pages: Sequence[Any]) -> "Parts":
        """A constant number of queries. Dated sessions come first, in their order."""
        sessions = rows_by_page(TrainingSession, pages)
        for some in sessions.values():
            some.sort(key=lambda row: (row.start is None, row.start or dt.date.min))
        speakers = rows_by_page(TrainingSpeaker, pages)
        people = {row.person_id for some in speakers.values() for row in some if row.person_id}
        communes = communes_of(row for some in sessions.values() for row in some)
        return cls(sessions, speakers, communes, named(people, pages))

    def describe(self, page: Any, draft: RecordDraft) -> None:
        """Say the rows of a training in its draft."""
        self._say_speakers(draft, page)
        self._say_sessions(draft, self.sessions.get(page.pk, ()))

    def _say_speakers(self, draft: RecordDraft, page: Any) -> None:
        """Who leads it; somebody whose own record is not public is not named."""
        said = draft.data["speakers"] = []
        names = self.names[page.locale.language_code]
        for row in self.speakers.get(page.pk, ()):
            known = names.get(row.person_id) if row.person_id else None
            if row.person_id:
                draft.depends_on.add(Dependency("page", row.person_id))
            if name := known.title if known else row.name:
                uid = str(known.uid) if known else None
                said.append({"name": name, "function": row.function, "uid": uid})
                draft.text.append(TextPart("body", f"{name} {row.function}".strip()))

    def _say_sessions(self, draft: RecordDraft, rows: Sequence[TrainingSession]) -> None:
        """In `data`, in calendars, and those that are held on the map."""
        now = timezone.now()
        draft.data["sessions"] = [row.describe(self.communes, now) for row in rows]
        closing = [row.over_at for row in rows if row.room_online(now) and row.over_at]
        draft.changes_at = min(closing, default=None)
        for row in rows:
            commune = self.communes.get(row.commune_id or 0)
            place = row.place_name or (commune.name if commune else "")
            draft.occurrences += row.occurrences(place)
            point = row.point(self.communes) if row.status in HELD else None
            if point and point not in draft.points:
                draft.points.append(point)
            if commune:
                draft.depends_on.add(Dependency("territory", commune.pk))
            if text := row.place_text(self.communes):
                draft.text.append(TextPart("body", text))
