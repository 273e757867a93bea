"""Translations as PO files, out and back: all of a file is taken in, or nothing of it.

The file says when it was written; a text that somebody translated since is not written over.
"""

import datetime as dt
import html
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import polib
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.strings import StringValue, validate_translation_links

from .glossary import Glossary

WRITTEN = "X-Relais-Written"  # when the file was written, ISO 8601
OWNER = "X-WagtailLocalize-TranslationID"
MAX_SIZE = 5 * 1024 * 1024
NAMED = 5  # texts that the file lacks and the report names


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a line of a file; line 0 is the file as a whole."""

    line: int
    text: str


@dataclass(slots=True)
class Reading:
    """What a file holds: `errors` keep it out, `warnings` do not; `texts` are what it changes."""

    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    texts: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def remarks(self) -> list[Remark]:
        """All that is to be said, in the order of the file."""
        return sorted((*self.errors, *self.warnings), key=lambda remark: remark.line)


def export(translation: Translation) -> polib.POFile:
    """Every text of the source in its order, with its translation where there is one, the names
    of the glossary beside it, and what a machine wrote marked as fuzzy."""
    source, target = translation.source.locale, translation.target_locale
    glossary = Glossary(source.language_code, target.language_code)
    po = polib.POFile(wrapwidth=200)
    po.metadata = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": target.language_code,
        OWNER: str(translation.uuid),
        WRITTEN: timezone.now().isoformat(),
    }
    known = _translations(translation)
    for segment in _segments(translation):
        said = known.get((segment.string_id, segment.context_id))
        names = glossary.found(segment.string.data).items()
        entry = polib.POEntry(
            msgid=segment.string.data,
            msgctxt=segment.context.path,
            msgstr=said.data if said else "",
            comment="\n".join(f"{written} = {entry.target[0]}" for written, entry in names),
        )
        if said and (said.has_error or said.translation_type == "machine"):
            entry.flags.append("fuzzy")
        if entry not in po:
            po.append(entry)
    return po


def read(translation: Translation, data: bytes) -> Reading:
    """Look at a file without writing anything."""
    found = Reading()
    po = _parsed(data, found)
    if po is None:
        return found
    owner = po.metadata.get(OWNER)
    if owner != str(translation.uuid):
        found.errors.append(Remark(0, _("This file is that of another page or another language.")))
        return found
    segments = {
        (segment.context.path, segment.string.data): segment for segment in _segments(translation)
    }
    places = {path for path, _text in segments}
    known = _translations(translation)
    glossary = Glossary(
        translation.source.locale.language_code, translation.target_locale.language_code
    )
    written = _moment(po.metadata.get(WRITTEN, ""))
    entries = [entry for entry in po if not entry.obsolete]
    times = Counter((entry.msgctxt, entry.msgid) for entry in entries)
    seen: set[Any] = set()
    for entry in entries:
        key = (entry.msgctxt, entry.msgid)
        if times[key] > 1:
            if key in seen:
                found.errors.append(Remark(entry.linenum, _("The same text stands here twice.")))
            seen.add(key)
            continue
        segment = segments.get(key)
        if segment is None:
            said = (
                _("The source says otherwise since this file was written.")
                if entry.msgctxt in places
                else _("There is no such text in this page.")
            )
            found.errors.append(Remark(entry.linenum, said))
            continue
        seen.add(key)
        own = known.get((segment.string_id, segment.context_id))
        _take(entry, segment, own, written, glossary, found)
    lacking = [text for (path, text) in segments if (path, text) not in seen]
    if lacking:
        said = _("Texts of the page that are not in the file stay as they are (%(n)d): %(which)s")
        named = ", ".join(f"“{_shortened(text)}”" for text in lacking[:NAMED])
        which = f"{named}…" if len(lacking) > NAMED else named
        found.warnings.append(Remark(0, said % {"n": len(lacking), "which": which}))
    return found


def _shortened(text: str) -> str:
    return Truncator(html.unescape(strip_tags(text))).chars(60)


def write(translation: Translation, reading: Reading, user: Any) -> int:
    """Write what was read, all at once; the number of texts. Nothing with errors."""
    if reading.errors:
        return 0
    with transaction.atomic():
        for segment, text in reading.texts:
            StringTranslation.objects.update_or_create(
                translation_of_id=segment.string_id,
                context_id=segment.context_id,
                locale_id=translation.target_locale_id,
                defaults={
                    "data": text, "translation_type": "manual", "tool_name": "PO",
                    "last_translated_by": user, "has_error": False, "field_error": "",
                },
            )  # fmt: skip
    return len(reading.texts)


def _take(
    entry: polib.POEntry,
    segment: Any,
    own: Any,
    written: dt.datetime | None,
    glossary: Glossary,
    found: Reading,
) -> None:
    """One entry of the page: what it changes, or what is wrong with it."""
    text = entry.msgstr.strip()
    if not text or "fuzzy" in entry.flags or (own and own.data == text and not own.has_error):
        return
    try:
        StringValue.from_translated_html(text)
        validate_translation_links(segment.string.data, text)
    except ValueError as wrong:
        found.errors.append(Remark(entry.linenum, str(wrong)))
        return
    if own and written and own.updated_at > written and not own.has_error:
        said = _("Somebody has translated this text since the file was written: “%(text)s”.")
        found.errors.append(Remark(entry.linenum, said % {"text": _shortened(own.data)}))
        return
    for name, wanted in glossary.unused(segment.string.data, text):
        said = _("The glossary calls “%(name)s” “%(wanted)s”.") % {"name": name, "wanted": wanted}
        found.warnings.append(Remark(entry.linenum, said))
    found.texts.append((segment, text))


def _parsed(data: bytes, found: Reading) -> polib.POFile | None:
    if len(data) > MAX_SIZE:
        found.errors.append(Remark(0, _("The file is too large.")))
        return None
    try:
        text = data.decode("utf-8-sig")
        # A text with a line end is never taken for the name of a file.
        return polib.pofile(text.replace("\0", "") + "\n")
    except (OSError, ValueError, UnicodeDecodeError) as wrong:
        found.errors.append(Remark(0, _("This is no PO file: %(why)s") % {"why": str(wrong)[:200]}))
        return None


def _segments(translation: Translation) -> list[Any]:
    rows = StringSegment.objects.filter(source=translation.source_id).order_by("order")
    return list(rows.select_related("string", "context"))


def _translations(translation: Translation) -> dict[tuple[int, int], Any]:
    rows = StringTranslation.objects.filter(
        locale=translation.target_locale_id, context__object=translation.source.object_id
    )
    return {(row.translation_of_id, row.context_id): row for row in rows}


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)
