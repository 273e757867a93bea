"""Publications, thematic files and news for tests, valid as an editor would make them."""

from collections.abc import Iterable
from typing import Any

import factory
from wagtail.models import Page

from cms.core.models import SectionPage
from knowledge.base.models import PageAuthor
from knowledge.library.models import DossierEntry, DossierPage, PublicationCopy, PublicationPage
from knowledge.news.models import ArticlePage
from tests.factories import PageFactory, SectionPageFactory


def shelf(slug: str, title: str) -> Page:
    return SectionPage.objects.filter(slug=slug).first() or SectionPageFactory(
        title=title, slug=slug
    )


class PublicationPageFactory(PageFactory):
    """A book; `authors` are names, `copies` dictionaries of a copy's fields."""

    class Meta:
        model = PublicationPage

    title = factory.Sequence("Ouvrage {}".format)
    summary = "Un livre pour commencer."

    @classmethod
    def default_parent(cls) -> Page:
        return shelf("publications", "Publications")

    @classmethod
    def _create(
        cls,
        model_class: Any,
        *args: Any,
        authors: Iterable[str] = (),
        copies: Iterable[dict[str, Any]] = (),
        **fields: Any,
    ) -> Page:
        page = super()._create(model_class, *args, **fields)
        for place, name in enumerate(authors):
            PageAuthor.objects.create(page=page, name=name, sort_order=place)
        for place, copy in enumerate(copies):
            PublicationCopy.objects.create(page=page, sort_order=place, **copy)
        return PublicationPage.objects.get(pk=page.pk)


class DossierPageFactory(PageFactory):
    """`sections` are (title, introduction, [(page, note)])."""

    class Meta:
        model = DossierPage

    title = factory.Sequence("Dossier {}".format)
    summary = "Une sélection pour entrer dans le sujet."

    @classmethod
    def default_parent(cls) -> Page:
        return shelf("dossiers", "Dossiers")

    @classmethod
    def _create(
        cls,
        model_class: Any,
        *args: Any,
        sections: Iterable[tuple[str, str, Iterable[tuple[Page, str]]]] = (),
        **fields: Any,
    ) -> Page:
        page = super()._create(model_class, *args, **fields)
        rows = []
        for title, introduction, gathered in sections:
            rows.append({"section": title, "introduction": introduction})
            rows += [{"gathered_id": other.pk, "note": note} for other, note in gathered]
        for place, row in enumerate(rows):
            DossierEntry.objects.create(page=page, locale=page.locale, sort_order=place, **row)
        return DossierPage.objects.get(pk=page.pk)


class ArticlePageFactory(PageFactory):
    class Meta:
        model = ArticlePage

    title = factory.Sequence("Nouvelle {}".format)
    summary = "Ce qui est nouveau."

    @classmethod
    def default_parent(cls) -> Page:
        return shelf("actualites", "Actualités")
