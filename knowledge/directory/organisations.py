"""Organisations: associations, authorities, services, and the bodies in which they meet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import (
    Dependency,
    Facet,
    Link,
    Proposal,
    RecordDraft,
    RecordDrafts,
    RecordType,
    Relation,
    TextPart,
)
from knowledge.base import describing, presenting
from knowledge.base.actors import FoundByName, organisation_chooser
from knowledge.base.pages import KnowledgePage
from knowledge.base.places import PLACE, Placed, communes_of

from . import proposing
from .contacts import (
    Reachable,
    agreed,
    agreed_how,
    agreed_on,
    phone_field,
    point_panel,
    points,
)
from .forms import ReachableForm
from .members import (
    HAS_MEMBER,
    PART_OF,
    OrganisationMember,
    OrganisationMission,
    ties_without,
)
from .siret import clean_siret


class Kind(models.TextChoices):
    """What an organisation is: the value stands in records and in addresses."""

    ASSOCIATION = "association", _("Association")
    FEDERATION = "federation", _("Federation or union")
    NETWORK = "network", _("Network")
    AUTHORITY = "authority", _("Local authority")
    ADMINISTRATION = "administration", _("Administration or agency")
    FACILITY = "facility", _("Care or social facility")
    SERVICE = "service", _("Cultural or local service")
    EDUCATION = "education", _("Teaching and research")
    BODY = "body", _("Governance body")
    COMMISSION = "commission", _("Commission")
    WORKING_GROUP = "working-group", _("Working group")
    OTHER = "other", _("Other organisation")


class OrganisationPage(FoundByName, Reachable, Placed, WithBody, KnowledgePage):
    """An organisation, or a working group, a commission, an instance. Its picture is its logo."""

    record_type: ClassVar[RecordType | None] = RecordType(
        "organisation",
        _("Organisation"),
        _("Organisations"),
        icon="group",
        color="organisation",
        shape="ring",
        schema_type="Organization",
        own_facets=(
            Facet("organisation_kind", _("Kind of organisation"), dict(Kind.choices), is_kind=True),
        ),
        listing="letters",
        proposal=proposing.FORM,
        actor="organisation",
        identifiers=("siret",),
        relations=(
            Relation(PART_OF, _("Part of"), _("Made up of")),
            Relation(HAS_MEMBER, _("Members"), _("Member of")),
        ),
    )
    contact_points: ClassVar[Mapping[str, str]] = {
        "phone": "phone", "email": "email", "website": "website",
    }  # fmt: skip

    acronym = models.CharField(
        _("acronym"), max_length=40, blank=True, help_text=_("It is found by it: FHF, CRSA…")
    )
    former_names = models.TextField(
        _("former names"),
        blank=True,
        help_text=_("One on each line. It is found by them too."),
    )
    organisation_kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, default=Kind.ASSOCIATION
    )
    parent_organisation = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The organisation of which this one is a branch, a service or a body."),
    )
    siret = models.CharField(
        _("SIRET"),
        max_length=20,
        blank=True,
        help_text=_("14 digits; spaces do not matter. Left empty for a body without one."),
    )
    phone = phone_field(_("telephone"))
    phone_consent = agreed()
    phone_consent_date = agreed_on()
    phone_consent_source = agreed_how()
    email = models.EmailField(_("e-mail"), blank=True)
    email_consent = agreed()
    email_consent_date = agreed_on()
    email_consent_source = agreed_how()
    website = models.URLField(_("website"), blank=True)
    website_consent = agreed()
    website_consent_date = agreed_on()
    website_consent_source = agreed_how()

    parent_organisation_id: int | None

    base_form_class = ReachableForm
    template = "directory/organisation_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    # What an organisation agreed to publish is not searched for, here or in the admin.
    search_fields = [
        *KnowledgePage.search_fields,
        index.SearchField("acronym"),
        index.AutocompleteField("acronym"),
        index.SearchField("former_names"),
        index.AutocompleteField("former_names"),
        index.SearchField("siret"),
        index.AutocompleteField("siret"),
    ]

    content_panels = [
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("acronym"), FieldPanel("organisation_kind")]),
                FieldPanel("former_names"),
                FieldPanel("parent_organisation", widget=organisation_chooser.widget_class()),
                FieldPanel("siret"),
            ],
            heading=_("Identity"),
        ),
        InlinePanel("missions", heading=_("Missions"), label=_("Mission")),
        FieldPanel("body"),
    ]
    people_panels = [
        MultiFieldPanel(Placed.place_panels, heading=_("Where it is")),
        MultiFieldPanel(
            [
                point_panel("phone", _("Telephone")),
                point_panel("email", _("E-mail")),
                point_panel("website", _("Website")),
            ],
            heading=_("How to reach it"),
            help_text=_(
                "Only what is ticked, with a date and a source, is published. Unticking takes"
                " effect as soon as the draft is saved."
            ),
        ),
        InlinePanel(
            "members",
            heading=_("Members"),
            label=_("Member"),
            help_text=_(
                "Those who sit in it; people of the directory say themselves where they work."
            ),
        ),
        *KnowledgePage.people_panels,
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body",),
        synchronised=(
            *PLACE,
            "acronym",
            "former_names",
            "organisation_kind",
            "parent_organisation",
            "siret",
            *points("phone", "email", "website"),
        ),
    )

    class Meta(FoundByName.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def former_name_list(self) -> list[str]:
        lines = (" ".join(line.split()) for line in self.former_names.splitlines())
        return [line for line in lines if line]

    def other_names(self) -> Iterable[str]:
        return [self.acronym, *self.former_name_list(), self.siret]

    def clean(self) -> None:
        errors: dict[str, Any] = self.contact_errors()
        try:
            super().clean()
        except ValidationError as error:
            errors = {**error.update_error_dict({}), **errors}
        try:
            self.siret = clean_siret(self.siret)
        except ValidationError as error:
            errors["siret"] = error
        if self._is_above_itself():
            errors["parent_organisation"] = _("An organisation cannot be part of itself.")
        if errors:
            raise ValidationError(errors)

    def _is_above_itself(self) -> bool:
        """Whether the chain of what it is part of comes back to it, or turns in a circle."""
        seen = {self.pk} if self.pk else set()
        above = self.parent_organisation_id
        while above:
            if above in seen:
                return True
            seen.add(above)
            rows = OrganisationPage.objects.filter(pk=above)
            above = rows.values_list("parent_organisation_id", flat=True).first()
        return False

    @classmethod
    def build_draft(cls, proposal: Proposal, parent: Page) -> Any:
        return proposing.complete(super().build_draft(proposal, parent), proposal)

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> RecordDrafts:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        missions = describing.rows_by_page(OrganisationMission, pages)
        members = describing.rows_by_page(OrganisationMember, pages)
        named = describing.named((row.actor_id for rows in members.values() for row in rows), pages)
        communes = communes_of(pages)
        for page, draft in zip(pages, drafts, strict=True):
            page._describe_itself(draft, communes)
            page._describe_missions(draft, missions.get(page.pk, []))
            known = named[page.locale.language_code]
            page._describe_members(draft, members.get(page.pk, []), known)
        return drafts

    def _describe_itself(self, draft: RecordDraft, communes: Mapping[int, Any]) -> None:
        draft.data |= {
            "acronym": self.acronym,
            "former_names": self.former_name_list(),
            "organisation_kind": self.organisation_kind,
            "siret": self.siret,
            "address": self.place_text(communes),
            "contact": self.published_points(),
        }
        draft.other_names = [name for name in self.other_names() if name]
        draft.text += [TextPart("heading", name) for name in draft.other_names]
        if self.parent_organisation_id:
            draft.links.append(Link(PART_OF, self.parent_organisation_id))
        if self.commune_id:
            draft.depends_on.add(Dependency("territory", self.commune_id))
        if point := self.point(communes, self.title):
            draft.points.append(point)

    def _describe_missions(self, draft: RecordDraft, rows: Sequence[OrganisationMission]) -> None:
        draft.data["missions"] = [{"title": row.title, "text": row.text} for row in rows]
        for row in rows:
            draft.text += [TextPart("heading", row.title), TextPart("body", row.text)]

    def _describe_members(
        self,
        draft: RecordDraft,
        rows: Sequence[OrganisationMember],
        named: Mapping[int, describing.Named],
    ) -> None:
        found = []
        for row in rows:
            if row.actor_id:
                draft.links.append(Link(HAS_MEMBER, row.actor_id))
            one = named.get(row.actor_id or 0)
            if one or row.name:
                name = one.title if one else row.name
                uid = str(one.uid) if one else None
                found.append({"name": name, "function": row.function, "uid": uid})
                draft.text.append(TextPart("body", f"{name}, {row.function}".rstrip(", ")))
        draft.data["members"] = found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Besides: `missions`, `members` (presenting.Actor, their function as role), `contact`
        (what it agreed to publish), `logo` (its picture where visitors may see it)."""
        context = super().get_context(request, *args, **kwargs)
        context["missions"] = list(self.missions.all())
        context["members"] = self._shown_members()
        context["contact"] = self.published_points()
        context["logo"] = self.hero_image if context.pop("picture", None) else None
        context["ties"] = ties_without(
            context["ties"],
            own={HAS_MEMBER},
            shown={row.actor_id for row in self.members.all() if row.actor_id},
        )
        context["facts"] = self._facts()
        return context

    def _shown_members(self) -> list[presenting.Actor]:
        rows = list(self.members.all())
        known = presenting.actors(row.actor_id for row in rows if row.actor_id)
        shown = []
        for row in rows:
            one = known.get(row.actor_id or 0) or presenting.Actor(row.name)
            if one.name:
                shown.append(replace(one, role=row.function))
        return shown

    def _facts(self) -> list[dict[str, Any]]:
        siret = self.siret
        facts = [
            (_("Kind"), [self.get_organisation_kind_display()]),
            (_("Acronym"), [self.acronym]),
            (_("Formerly"), self.former_name_list()),
            (_("Address"), [self.place_text(communes_of([self]))]),
            (_("SIRET"), [" ".join([siret[:3], siret[3:6], siret[6:9], siret[9:]]).strip()]),
        ]
        return [
            {"label": label, "texts": kept}
            for label, texts in facts
            if (kept := [text for text in texts if text])
        ]
