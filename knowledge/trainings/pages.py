"""A training: why, for whom, what, how, and the sessions at which one learns it."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.fields import StreamField

from cms.core import body
from cms.core.blocks import (
    BodyBlock,
    HeadingBlock,
    ListBlock,
    ParagraphBlock,
    SteadyStreamBlock,
)
from cms.core.policy import policy
from cms.core.records import Facet, RecordDraft, RecordType, TextPart
from knowledge.base.checklist import Check
from knowledge.base.pages import KnowledgePage

from . import lheo
from .choices import Course, EntryLevel, Modality
from .describing import Parts
from .panels import LheoPanel
from .presenting import facts, next_session, present_sessions, speakers


class ProseBlock(SteadyStreamBlock):
    """A text of a few paragraphs, with headings and lists."""

    paragraph = ParagraphBlock()
    list = ListBlock()
    heading = HeadingBlock()

    class Meta:
        required = False


# Field, heading and anchor of each part of the text, in the order in which one reads.
SECTIONS = (
    ("context", _("Context"), "contexte"),
    ("objectives", _("Objectives"), "objectifs"),
    ("skills", _("Skills to be gained"), "competences"),
    ("audience", _("Who it is for"), "public"),
    ("prerequisites", _("Prerequisites"), "prerequis"),
    ("programme", _("Programme"), "programme"),
    ("methods", _("Methods"), "methodes"),
)

_CODES = re.compile(r"[\s,;]+")
_FIVE_DIGITS = RegexValidator(
    r"^\s*\d{5}([\s,;]+\d{5})*[\s,;]*$", _("Codes of five digits, separated by commas.")
)


def codes(text: str) -> list[str]:
    """The codes of a field that holds several."""
    return [code for code in _CODES.split(text) if code]


class TrainingPage(KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "training",
        _("Training"),
        _("Trainings"),
        color="training",
        shape="diamond",
        schema_type="Course",
        listing="next",
        dated=True,
        lheo=lheo.LABELS,
        own_facets=(Facet("modality", _("Modality"), dict(Modality.choices)),),
    )
    checklist = (
        *KnowledgePage.checklist,
        Check("objectives", _("the objectives"), required=True,
              filled=lambda page: bool(page.objectives)),
        Check("audience", _("whom it is for"), required=True,
              filled=lambda page: bool(page.audience)),
        Check("skills", _("the skills to be gained"), filled=lambda page: bool(page.skills)),
        Check("prerequisites", _("the prerequisites"),
              filled=lambda page: bool(page.prerequisites)),
        Check("programme", _("the programme"), filled=lambda page: bool(page.programme)),
        Check("modality", _("whether one comes or takes part online")),
        Check("duration_text", _("the duration"),
              filled=lambda page: bool(page.duration_text or page.duration_hours)),
        Check("price_text", _("the price"),
              filled=lambda page: bool(
                  page.is_free or page.price_text or page.price_euros is not None)),
        Check("accessibility", _("how disabled people are welcomed")),
        Check("organisations", _("who organises it")),
        Check("contacts", _("whom to ask")),
        Check("sessions", _("a session")),
    )  # fmt: skip

    context = StreamField(ProseBlock(), blank=True, verbose_name=_("context"))
    objectives = StreamField(ProseBlock(), blank=True, verbose_name=_("objectives"))
    skills = StreamField(ProseBlock(), blank=True, verbose_name=_("skills to be gained"))
    audience = StreamField(ProseBlock(), blank=True, verbose_name=_("who it is for"))
    prerequisites = StreamField(ProseBlock(), blank=True, verbose_name=_("prerequisites"))
    programme = StreamField(BodyBlock(), blank=True, verbose_name=_("programme"))
    methods = StreamField(ProseBlock(), blank=True, verbose_name=_("methods"))

    modality = models.CharField(_("modality"), max_length=10, choices=Modality, blank=True)
    duration_hours = models.DecimalField(
        _("hours"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    duration_text = models.CharField(
        _("duration in words"),
        max_length=200,
        blank=True,
        help_text=_("With its rhythm: “3 jours, à raison d’un jour par mois”."),
    )
    is_free = models.BooleanField(_("free of charge"), default=False)
    price_euros = models.DecimalField(
        _("price in euros"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("For one person, where there is one price."),
    )
    price_text = models.CharField(
        _("price in words"),
        max_length=300,
        blank=True,
        help_text=_("What it covers, reductions, who pays: “repas compris”."),
    )
    accessibility = models.TextField(
        _("access for disabled people"),
        max_length=1000,
        blank=True,
        help_text=_("The rooms, what can be adapted, whom to ask."),
    )
    certification = models.CharField(
        _("certification"),
        max_length=255,
        blank=True,
        help_text=_("What one obtains at the end; left empty for none."),
    )
    certification_code = models.CharField(
        _("number of the certification"),
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(r"^(RNCP|RS)\d{1,6}$", _("RNCP or RS, then digits: RNCP35830."))
        ],
        help_text=_("In the national registers: RNCP35830, RS5478."),
    )

    # What only LHEO asks for.
    formacodes = models.CharField(
        _("domains (Formacode)"),
        max_length=60,
        blank=True,
        validators=[_FIVE_DIGITS],
        help_text=_("One to five codes of five digits, the main one first."),
    )
    public_codes = models.CharField(
        _("publics (Formacode)"),
        max_length=100,
        blank=True,
        validators=[_FIVE_DIGITS],
        help_text=_(
            "One to ten: 82044 salarié, 82074 agent territorial, 82071 agent hospitalier,"
            " 81014 élu, 81069 bénévole, 83056 tout public."
        ),
    )
    course = models.CharField(_("kind of course"), max_length=1, choices=Course, blank=True)
    entry_level = models.CharField(
        _("level to begin with"), max_length=2, choices=EntryLevel, blank=True
    )
    entry_level_required = models.BooleanField(_("this level is required"), default=False)
    permanent_entry = models.BooleanField(
        _("one may begin at any time"), default=False, help_text=_("Else at the sessions’ dates.")
    )
    alternation = models.CharField(
        _("alternation with work"),
        max_length=300,
        blank=True,
        help_text=_("Write “Sans objet” where there is none."),
    )
    costs_covered = models.BooleanField(
        _("costs may be covered"),
        null=True,
        blank=True,
        choices=[(None, _("Not known")), (True, _("Yes")), (False, _("No"))],
        help_text=_("By an employer, a fund or a public body."),
    )
    activity_number = models.CharField(
        _("number of the training body"),
        max_length=11,
        blank=True,
        validators=[RegexValidator(r"^\d{11}$", _("Eleven digits."))],
        help_text=_("The “numéro de déclaration d’activité” of who organises it: 11 digits."),
    )
    registration_address = models.TextField(
        _("postal address for inscriptions"),
        max_length=300,
        blank=True,
        help_text=_("Street, postal code and commune."),
    )

    template = "trainings/training_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        *KnowledgePage.content_panels,
        *(FieldPanel(name) for name, _heading, _anchor in SECTIONS),
        MultiFieldPanel(
            [
                FieldPanel("modality"),
                FieldRowPanel([FieldPanel("duration_hours"), FieldPanel("duration_text")]),
                FieldPanel("is_free"),
                FieldRowPanel([FieldPanel("price_euros"), FieldPanel("price_text")]),
                FieldPanel("accessibility"),
                FieldRowPanel([FieldPanel("certification"), FieldPanel("certification_code")]),
            ],
            heading=_("In practice"),
        ),
    ]
    session_panels = [
        InlinePanel("sessions", heading=_("Sessions"), label=_("Session")),
        InlinePanel("speakers", heading=_("Speakers"), label=_("Speaker")),
    ]
    lheo_panels = [
        LheoPanel(),
        FieldRowPanel([FieldPanel("formacodes"), FieldPanel("public_codes")]),
        FieldPanel("course"),
        FieldRowPanel([FieldPanel("entry_level"), FieldPanel("entry_level_required")]),
        FieldRowPanel([FieldPanel("permanent_entry"), FieldPanel("costs_covered")]),
        FieldPanel("alternation"),
        FieldPanel("activity_number"),
        FieldPanel("registration_address"),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=(
            "context",
            "objectives",
            "skills",
            "audience",
            "prerequisites",
            "programme",
            "methods",
            "duration_text",
            "price_text",
            "accessibility",
            "certification",
            "alternation",
        ),
        synchronised=(
            "modality",
            "duration_hours",
            "is_free",
            "price_euros",
            "certification_code",
            "formacodes",
            "public_codes",
            "course",
            "entry_level",
            "entry_level_required",
            "permanent_entry",
            "costs_covered",
            "activity_number",
            "registration_address",
        ),
    )

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")

    @classmethod
    def tabs(cls) -> list[ObjectList]:
        found = super().tabs()
        sessions = ObjectList(cls.session_panels, heading=_("Sessions"))
        return [
            found[0],
            sessions,
            *found[1:3],
            ObjectList(cls.lheo_panels, heading="LHEO"),
            *found[3:],
        ]

    def clean(self) -> None:
        super().clean()
        wrong = {}
        if self.is_free and self.price_euros:
            wrong["price_euros"] = _("A training that is free of charge has no price.")
        if len(codes(self.formacodes)) > 5:
            wrong["formacodes"] = _("Five codes at most.")
        if len(codes(self.public_codes)) > 10:
            wrong["public_codes"] = _("Ten codes at most.")
        if wrong:
            raise ValidationError(wrong)

    def sections(self) -> list[tuple[Any, str, Any]]:
        """(heading, anchor, body) of the parts of the text that are written."""
        return [
            (heading, anchor, getattr(self, name))
            for name, heading, anchor in SECTIONS
            if getattr(self, name)
        ]

    @classmethod
    def bodies(cls, pages: Sequence[Any]) -> dict[int, list[tuple[str, Any]]]:
        found = {}
        for page in pages:
            with translation.override(page.locale.language_code):
                found[page.pk] = [(str(title), text) for title, _anchor, text in page.sections()]
        return found

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> list[RecordDraft]:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        parts = Parts.load(pages)
        for page, draft in zip(pages, drafts, strict=True):
            draft.data |= page.own_data()
            draft.data["lheo"] = lheo.said(page, parts.sessions.get(page.pk, ()))
            parts.describe(page, draft)
            draft.text += [TextPart("body", t) for t in (page.accessibility, page.certification)]
        return drafts

    def own_data(self) -> dict[str, Any]:
        """The fields that are neither text nor rows, for readers outside the house."""
        return {
            "modality": self.modality,
            "duration_hours": float(self.duration_hours) if self.duration_hours else None,
            "duration": self.duration_text,
            "free": self.is_free,
            "price_euros": float(self.price_euros) if self.price_euros is not None else None,
            "price": self.price_text,
            "accessibility": self.accessibility,
            "certification": self.certification,
            "certification_code": self.certification_code or None,
            "formacodes": codes(self.formacodes),
            "public_codes": codes(self.public_codes),
            "sections": [
                {"name": name, "anchor": anchor}
                for name, _heading, anchor in SECTIONS
                if getattr(self, name)
            ],
        }

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the template: `sections` [(heading, anchor, body)], `upcoming` and `past` sessions
        (`presenting.Shown`), `next_session` (or None), `speakers` [(actor, function)], `facts`."""
        context = super().get_context(request, *args, **kwargs)
        context["sections"] = self.sections()
        context["upcoming"], context["past"] = present_sessions(self)
        context["next_session"] = next_session(context["upcoming"])
        context["speakers"] = speakers(self)
        context["facts"] = facts(self)
        return context
