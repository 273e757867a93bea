"""How to reach somebody, and who agreed that it be published: one rule for people and
organisations.

A contact value may be stored for the centre's own use. It is published only where its consent
is recorded, with its date and its source. What the latest version of a page says of a consent
is the last word, published or not: a consent that is withdrawn in a draft is withdrawn from
what readers see, and older versions, scheduled ones too, cannot bring it back.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page, Revision

from . import proof

CONSENT, DATE, SOURCE = "_consent", "_consent_date", "_consent_source"

_PHONE = re.compile(r"0\d{9}|\+\d{8,15}|\d{2,6}")


def agreed() -> Any:
    return models.BooleanField(gettext_lazy("may be published"), default=False)


def agreed_on() -> Any:
    return models.DateField(gettext_lazy("agreed on"), null=True, blank=True)


def agreed_how() -> Any:
    return models.CharField(
        gettext_lazy("how we know"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy("E-mail of the…, signed form, public notice of its site…"),
    )


def phone_field(label: Any) -> Any:
    return models.CharField(label, max_length=30, blank=True)


def clean_phone(text: str) -> str:
    """A number as it is dialled: "0100000000", "+33100000000", "3114". ValidationError if not."""
    bare = re.sub(r"[\s.()/\u2010-\u2015-]", "", text)
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if bare.startswith("+330"):
        bare = f"+33{bare[4:]}"
    if bare and not _PHONE.fullmatch(bare):
        raise ValidationError(
            _("This is not a telephone number: ten digits, or + and the country code.")
        )
    return bare


def point_panel(name: str, heading: Any) -> MultiFieldPanel:
    """A value with its consent, on the edit form."""
    consent = [FieldPanel(f"{name}{CONSENT}"), FieldPanel(f"{name}{DATE}")]
    return MultiFieldPanel(
        [FieldPanel(name), FieldRowPanel(consent), FieldPanel(f"{name}{SOURCE}")], heading=heading
    )


def parts(name: str) -> tuple[str, str, str, str]:
    """The fields of a contact point: its value, then its consent, its date and its source."""
    return name, f"{name}{CONSENT}", f"{name}{DATE}", f"{name}{SOURCE}"


def granted(values: Mapping[str, Any], name: str) -> bool:
    """Whether these field values, of a page or of a version of it, publish a contact point."""
    return all(values.get(part) for part in parts(name))


class Reachable(models.Model):
    """A page with contact points. `contact_points` maps the field of each to the name under which
    the record publishes it: "phone", "mobile", "email" or "website"."""

    contact_points: ClassVar[Mapping[str, str]] = {}

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        """Who agreed for one page did not agree for its copies."""
        super().__init_subclass__(**options)
        cls.exclude_fields_in_copy = [  # type: ignore[attr-defined]  # of a page
            part for name in cls.contact_points for part in parts(name)[1:]
        ]

    def save(self, *args: Any, **options: Any) -> Any:
        """A translation starts with the consents of its family; a page that may not be read
        without any is never live."""
        if self._state.adding:
            self._inherit()
        page: Any = self
        if (page.live or page.live_revision_id) and not self.may_be_live():
            page.live, page.live_revision, page.has_unpublished_changes = False, None, True
            if (only := options.get("update_fields")) is not None:
                options["update_fields"] = {
                    *only, "live", "live_revision", "has_unpublished_changes",
                }  # fmt: skip
        return super().save(*args, **options)

    def _inherit(self) -> None:
        page: Any = self
        if page.alias_of_id:
            return
        said = [vars(row) for row in self._family()]
        if said and (last := self.last_word()) is not None:
            said.insert(0, last)
        for name in self.contact_points if said else ():
            alike = (one for one in said if granted(one, name) and one[name] == vars(self)[name])
            if granted(said[0], name) and (one := next(alike, None)):
                for part in parts(name)[1:]:
                    setattr(self, part, page._meta.get_field(part).to_python(one[part]))

    def _blank(self, name: str) -> None:
        for field, blank in zip(parts(name)[1:], (False, None, ""), strict=True):
            setattr(self, field, blank)

    def granted(self, name: str) -> bool:
        return granted(vars(self), name)

    def published_points(self) -> dict[str, str]:
        """What may be shown of how to reach it: `{"phone", "mobile", "email", "website"}`, only
        those agreed to."""
        return {
            key: str(getattr(self, name))
            for name, key in self.contact_points.items()
            if self.granted(name)
        }

    def contact_errors(self) -> dict[str, Any]:
        """What is wrong with the contact points, by field; writes numbers as they are dialled."""
        errors: dict[str, Any] = {}
        for name, key in self.contact_points.items():
            value, consent, date, source = parts(name)
            if key in ("phone", "mobile"):
                try:
                    setattr(self, value, clean_phone(getattr(self, value)))
                except ValidationError as error:
                    errors[value] = error
            setattr(self, source, getattr(self, source).strip())
            if not getattr(self, consent):
                continue
            if not getattr(self, value):
                errors[consent] = _("Nothing to publish: give the value, or untick.")
            if not getattr(self, date):
                errors[date] = _("When was it agreed to? Without a date it cannot be published.")
            elif getattr(self, date) > timezone.localdate():
                errors[date] = _("This date is in the future.")
            if not getattr(self, source):
                errors[source] = _("How do we know? Without a source it cannot be published.")
        return errors

    @transaction.atomic
    def save_revision(self, *args: Any, **options: Any) -> Revision:
        """A draft too says what may be published: what it withdraws is withdrawn at once. What
        was withdrawn since this version was read does not come back with it."""
        if self.pk:
            for name in self.brought_back(self.latest_revision_id):  # type: ignore[attr-defined]
                self._blank(name)
            self._prove(options.get("user"))
            self._withdraw(options.get("user"))
        return super().save_revision(*args, **options)  # type: ignore[misc]  # of a page

    def _withdraw(self, user: Any) -> None:
        """Take from what readers see, in every language, the consents that this version no
        longer has; a page that may not be read without any is unpublished."""
        lost = [name for name in self.contact_points if not self.granted(name)]
        for row in self._family().select_for_update(of=("self",)):
            changes = {
                field: blank
                for name in lost
                if row.granted(name)
                for field, blank in zip(parts(name)[1:], (False, None, ""), strict=True)
            }
            if not changes:
                continue
            type(self)._default_manager.filter(pk=row.pk).update(**changes)
            row.refresh_from_db()
            if row.live and not row.may_be_live():
                row.unpublish(user=user)
                if row.pk == self.pk:
                    self.live, self.live_revision = False, None  # type: ignore[attr-defined]

    def _prove(self, user: Any) -> None:
        """Log what this version grants that the latest one did not, and what it withdraws."""
        last = self.last_word()
        before = last or vars(type(self)._default_manager.get(pk=self.pk))
        for name in self.contact_points:
            had = granted(before, name)
            if self.granted(name):
                same = had and all(
                    str(before[part]) == str(vars(self)[part]) for part in parts(name)
                )
                if last is None or not same:
                    proof.granted(self, name, user)
            elif had:
                proof.withdrawn(self, name, before, user)

    def _family(self) -> Any:
        """The page as it is stored, its translations and its aliases."""
        own = self.translation_key  # type: ignore[attr-defined]
        return type(self)._default_manager.filter(
            Q(translation_key=own) | Q(alias_of__translation_key=own)
        )

    def may_be_live(self) -> bool:
        return True

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """A version of the page, whichever, with the consents that the latest one still has."""
        version: Any = super().with_content_json(content)  # type: ignore[misc]  # of a page
        last = self.last_word()
        for name in version.contact_points:
            if last is not None and version.granted(name) and not granted(last, name):
                version._blank(name)
        return version

    def brought_back(self, base: Any) -> list[str]:
        """The points that this version would publish although a version later than `base` (the
        number of the one it was made from) withdrew them: their date and source are those of
        before. Another date or source is a new consent."""
        last = self.last_version()
        if last is None or str(last.pk) == str(base):
            return []
        lost = (name for name in self.contact_points if not granted(_content(last), name))
        return [name for name in lost if self.granted(name) and self._agreed_before(name)]

    def _agreed_before(self, name: str) -> bool:
        _value, consent, date, source = parts(name)
        said = {consent: True, date: str(getattr(self, date)), source: getattr(self, source)}
        return self._versions().filter(content__contains=said).exists()

    def last_word(self) -> dict[str, Any] | None:
        """The content of the latest version of the page or of a translation of it; None without
        any."""
        last = self.last_version()
        return None if last is None else _content(last)

    def last_version(self) -> Revision | None:
        """The latest version of the page, of its source or of a translation; None without any."""
        return self._versions().order_by("-created_at", "-pk").first()

    def _versions(self) -> Any:
        page: Any = self
        key = page.alias_of.translation_key if page.alias_of_id else page.translation_key
        pages = Page.objects.filter(translation_key=key).values_list("pk", flat=True)
        return Revision.page_revisions.filter(object_id__in=[str(number) for number in pages])


def _content(version: Revision) -> dict[str, Any]:
    content = version.content
    return json.loads(content) if isinstance(content, str) else content


def points(*names: str) -> tuple[str, ...]:
    """The fields of contact points. Nothing of them is language."""
    return tuple(part for name in names for part in parts(name))
