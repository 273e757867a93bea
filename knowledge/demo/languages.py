"""English and Spanish in the demo: a few pages, translated as a translator would do it."""

from collections.abc import Callable, Mapping
from typing import Any

from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object
from wagtail_localize.segments.extract import extract_segments

from cms.core.models import HomePage, SectionPage
from knowledge.guides.models import GuideChapter, GuidePage
from knowledge.thesaurus.models import ConceptLabel

from .blocks import stream
from .library import Library, read

LANGUAGES = ("en", "es")


def load(
    home: HomePage,
    sections: Mapping[str, SectionPage],
    guides: Mapping[str, GuidePage],
    library: Library,
    say: Callable[[str], Any],
) -> None:
    """The pages and the names of descriptors in `content/languages/`, published."""
    say("  langues…")
    for code in LANGUAGES:
        locale = Locale.objects.get_or_create(language_code=code)[0]
        content = read(f"languages/{code}.yaml")
        for name, label in content["concepts"].items():
            ConceptLabel.objects.create(
                concept=library.concepts[name], language=code, kind="preferred", label=label
            )
        _translate(home, locale, content["home"], library)
        for slug, entry in content["sections"].items():
            _translate(sections[slug], locale, entry, library)
        for slug, entry in content["guides"].items():
            _translate(guides[slug], locale, entry, library)


def _translate(page: Any, locale: Locale, entry: dict[str, Any], library: Library) -> None:
    page = type(page).objects.get(pk=page.pk)
    translate_object(page, [locale])
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=locale
    )
    segments = StringSegment.objects.filter(source=translation.source).exclude(context__path="slug")
    known = list(segments.select_related("string").order_by("order"))
    texts = _texts(_said(page, entry, library))
    for segment, text in zip(known, texts, strict=True):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            context_id=segment.context_id,
            locale=locale,
            defaults={"data": text, "translation_type": "manual"},
        )
    translation.save_target(publish=False)
    # Read anew: a page that was read before its children came would be saved as having none.
    page = Page.objects.get(translation_key=page.translation_key, locale=locale)
    page.get_latest_revision().publish()


def _said(page: Any, entry: dict[str, Any], library: Library) -> Any:
    """The page as it would be in the other language, never saved: its texts in their order."""
    for name in ("title", "summary", "edition"):
        if name in entry:
            setattr(page, name, " ".join(entry[name].split()))
    if "body" in entry:
        page.body = stream(entry["body"], library)
    if "chapters" in entry:
        page.chapters = [
            GuideChapter(
                title=chapter["title"],
                body=stream(chapter["blocks"], library),
                sort_order=place,
                locale=page.locale,
            )
            for place, chapter in enumerate(entry["chapters"])
        ]
    return type(page).from_json(page.to_json())


def _texts(page: Page) -> list[str]:
    return [
        segment.string.data
        for segment in extract_segments(page)
        if hasattr(segment, "string") and segment.path != "slug"
    ]
