"""People: where they work, what they are asked about, where they sit.

The content model planned a snippet with an address in the directory. It is a page: a person then
has a record like everything else, and one rule of visibility, one search, one API and one history
hold for people too. What is particular to them is that no such page is public without a consent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import (
    Dependency,
    Link,
    OrganisationRole,
    RecordDraft,
    RecordDrafts,
    RecordType,
    Relation,
    TextPart,
)
from knowledge.base import describing, presenting
from knowledge.base.actors import FoundByName, organisation_chooser
from knowledge.base.pages import KnowledgePage
from knowledge.territories import terms as territory_terms
from knowledge.thesaurus import terms as concept_terms

from .contacts import (
    Reachable,
    agreed,
    agreed_how,
    agreed_on,
    phone_field,
    point_panel,
    points,
)
from .forms import PersonForm
from .mandates import PersonMandate, PersonReferent
from .members import MEMBER_OF, ties_without
from .organisations import OrganisationPage

MANDATE_IN = "mandate_in"


class PersonPage(FoundByName, Reachable, WithBody, KnowledgePage):
    """A person in the directory. Public only while a consent to publish an e-mail, a mobile or
    a landline stands: `save()` sees to it, whoever publishes."""

    record_type: ClassVar[RecordType | None] = RecordType(
        "person",
        _("Person"),
        _("People"),
        icon="user",
        color="organisation",
        shape="disc",
        schema_type="Person",
        listing="letters",
        actor="person",
        relations=(
            Relation(MEMBER_OF, _("Works for"), _("Team")),
            Relation(MANDATE_IN, _("Mandates"), _("Holders of a mandate")),
        ),
    )
    contact_points: ClassVar[Mapping[str, str]] = {
        "email": "email", "mobile": "mobile", "landline": "phone",
    }  # fmt: skip

    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    function = models.CharField(_("function"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        OrganisationPage,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    email = models.EmailField(_("e-mail"), blank=True)
    email_consent = agreed()
    email_consent_date = agreed_on()
    email_consent_source = agreed_how()
    mobile = phone_field(_("mobile"))
    mobile_consent = agreed()
    mobile_consent_date = agreed_on()
    mobile_consent_source = agreed_how()
    landline = phone_field(_("landline"))
    landline_consent = agreed()
    landline_consent_date = agreed_on()
    landline_consent_source = agreed_how()

    organisation_id: int | None

    base_form_class = PersonForm
    template = "directory/person_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        MultiFieldPanel(
            [
                # The title is made of the name: a draft needs one too.
                FieldRowPanel(
                    [FieldPanel("first_name"), FieldPanel("last_name", required_on_save=True)]
                ),
                FieldPanel("organisation", widget=organisation_chooser.widget_class()),
                FieldPanel("function"),
            ],
            heading=_("Who it is"),
        ),
        MultiFieldPanel(
            [
                point_panel("email", _("E-mail")),
                point_panel("mobile", _("Mobile")),
                point_panel("landline", _("Landline")),
            ],
            heading=_("How to reach this person"),
            help_text=_(
                "Only what the person agreed to, with the date and how we know, is published;"
                " without any consent the page stays a draft. Unticking takes effect as soon as"
                " the draft is saved, even before it is published."
            ),
        ),
        InlinePanel(
            "referent_for",
            heading=_("Is asked about"),
            label=_("Theme or territory"),
            help_text=_("For which theme, in which territory, the person is the one to ask."),
        ),
        InlinePanel("mandates", heading=_("Mandates"), label=_("Mandate")),
        *KnowledgePage.content_panels[1:],  # the title is made of the names
        FieldPanel("body"),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body", "function"),
        synchronised=(
            "title",
            "first_name",
            "last_name",
            "organisation",
            *points("email", "mobile", "landline"),
        ),
    )

    class Meta(FoundByName.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def make_title(self) -> None:
        """First and last name; a title given without them stays."""
        self.first_name = " ".join(self.first_name.split())
        self.last_name = " ".join(self.last_name.split())
        if name := f"{self.first_name} {self.last_name}".strip():
            self.title = name

    def may_be_live(self) -> bool:
        return bool(self.published_points())

    def full_clean(self, *args: Any, **options: Any) -> None:
        self.make_title()
        super().full_clean(*args, **options)

    def clean(self) -> None:
        errors: dict[str, Any] = self.contact_errors()
        try:
            super().clean()
        except ValidationError as error:
            errors = {**error.update_error_dict({}), **errors}
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **options: Any) -> Any:
        """Never live without a consent, whoever asks: a form, a workflow, the scheduler."""
        self.make_title()
        return super().save(*args, **options)

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> RecordDrafts:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        referents = describing.rows_by_page(PersonReferent, pages)
        mandates = describing.rows_by_page(PersonMandate, pages)
        about = _Subjects(row for rows in referents.values() for row in rows)
        bodies_of = {row.body_id for rows in mandates.values() for row in rows}
        named = describing.named(bodies_of | {page.organisation_id for page in pages}, pages)
        for page, draft in zip(pages, drafts, strict=True):
            known = named[page.locale.language_code]
            page._describe_itself(draft, known)
            about.describe(draft, referents.get(page.pk, []))
            _describe_mandates(draft, mandates.get(page.pk, []), known)
        return drafts

    def _describe_itself(self, draft: RecordDraft, named: Mapping[int, describing.Named]) -> None:
        if self.last_name and self.first_name:
            draft.sort_title = f"{self.last_name}, {self.first_name}"
        draft.data |= {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "function": self.function,
            "contact": self.published_points(),
        }
        draft.text.append(TextPart("summary", self.function))
        if self.organisation_id:
            draft.links.append(Link(MEMBER_OF, self.organisation_id))
            if one := named.get(self.organisation_id):
                draft.organisations.insert(0, OrganisationRole(one.title, "member", one.uid))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Besides: `employer` (presenting.Actor or None), `contact` (what was agreed to),
        `referents` [{"theme", "territory"}] (terms or None), `mandates` [{"body", "role", "start",
        "end"}] (presenting.Actor, partial dates)."""
        context = super().get_context(request, *args, **kwargs)
        mandates = list(self.mandates.all())
        wanted = {row.body_id for row in mandates} | {self.organisation_id}
        known = presenting.actors(number for number in wanted if number)
        referents = list(self.referent_for.all())
        about = _Subjects(referents)
        context["employer"] = known.get(self.organisation_id or 0)
        context["contact"] = self.published_points()
        context["referents"] = [about.terms(row) for row in referents]
        context["mandates"] = [
            {"body": one, "role": row.role, "start": row.start, "end": row.end}
            for row in mandates
            if (one := known.get(row.body_id or 0) or replace(_NOBODY, name=row.name)).name
        ]
        context["ties"] = ties_without(
            context["ties"],
            own={MEMBER_OF, MANDATE_IN},
            shown={self.organisation_id} if self.organisation_id else set(),
        )
        return context


_NOBODY = presenting.Actor("")


class _Subjects:
    """The themes and the territories of some referents. Four queries at most."""

    def __init__(self, rows: Any) -> None:
        chosen = list(rows)
        self.lines = concept_terms.lines(row.theme_id for row in chosen if row.theme_id)
        self.themes = concept_terms.terms_many(self.lines, self.lines)
        self.place_lines = territory_terms.lines(
            row.territory_id for row in chosen if row.territory_id
        )
        self.places = territory_terms.terms_many(self.place_lines, self.place_lines)

    def terms(self, row: PersonReferent) -> dict[str, Any]:
        return {
            "theme": self.themes.get(row.theme_id or 0),
            "territory": self.places.get(row.territory_id or 0),
        }

    def describe(self, draft: RecordDraft, rows: Sequence[PersonReferent]) -> None:
        """Whoever filters by a theme finds the person to ask."""
        said = []
        for row in rows:
            found = self.terms(row)
            theme, place = found["theme"], found["territory"]
            said.append(
                {
                    "theme": f"{theme.scheme}:{theme.id}" if theme else None,
                    "territory": place.id if place else None,
                }
            )
            if theme and theme not in draft.terms:
                draft.terms.append(theme)
            if place and place not in draft.territories:
                draft.territories.append(place)
            lines = self.lines.get(row.theme_id or 0, ())
            places = self.place_lines.get(row.territory_id or 0, ())
            draft.depends_on |= {Dependency("concept", node.pk) for node in lines}
            draft.depends_on |= {Dependency("territory", node.pk) for node in places}
        draft.data["referent"] = said


def _describe_mandates(
    draft: RecordDraft, rows: Sequence[PersonMandate], named: Mapping[int, describing.Named]
) -> None:
    found = []
    for row in rows:
        if row.body_id:
            draft.links.append(Link(MANDATE_IN, row.body_id))
        one = named.get(row.body_id or 0)
        if one or row.name:
            name = one.title if one else row.name
            found.append(
                {
                    "body": name,
                    "uid": str(one.uid) if one else None,
                    "role": row.role,
                    "start": row.start or None,
                    "end": row.end or None,
                }
            )
            draft.text.append(TextPart("body", f"{name}, {row.role}".rstrip(", ")))
    draft.data["mandates"] = found
