"""A real Chromium in front of the live site, and a small site that shows every kind of page."""

import os
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import translation
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from wagtail.models import Site

from cms.catalogue import touches
from knowledge.demo import accounts
from search.sync import follow_postgres
from tests import factories as make

# Nothing that would send a request of the browser's own.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
OpenPage = Callable[..., Page]
# What is waited for comes; on a machine where everything is tested at once it may take its time.
expect.set_options(timeout=30_000)


def _chromium() -> str | None:
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright keeps an event loop in this thread; Django would refuse its database calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The Chromium of the system, else the one that Playwright keeps."""
    running = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
    yield running
    running.close()


@pytest.fixture
def browser_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """`browser_page(width=1280, **context options)`: a fresh window on the live site."""
    contexts = []

    def window(width: int = 1280, **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            base_url=live_server.url,
            locale="fr-FR",
            **options,
        )
        contexts.append(context)
        return context.new_page()

    yield window
    for context in contexts:
        context.close()


@pytest.fixture
def site(live_server: LiveServer) -> dict[str, str]:
    """A home page, a section and guides, one of them with every block: addresses by name."""
    return small_site()


@pytest.fixture(scope="module")
def lasting_site(committed_db: None) -> dict[str, str]:
    """The same for all tests of a module: they read, and change nothing."""
    return small_site()


def small_site() -> dict[str, str]:
    with translation.override("fr"):
        make.HomePageFactory(
            title="Relais ressources",
            summary="Guides et méthodes pour les démarches territoriales de santé.",
            body=[{"type": "paragraph", "value": "<p>Ce que les territoires ont appris.</p>"}],
        )
        Site.objects.update(site_name="Relais ressources")
        section = make.SectionPageFactory(
            title="Guides méthodologiques", slug="guides", show_in_menus=True,
            summary="Des méthodes pas à pas.",
        )  # fmt: skip
        make.SectionPageFactory(title="Mentions légales", slug="mentions-legales")
        theme = make.ConceptFactory(label="Contrat local de santé", alternatives=["CLS"])
        other = make.GuidePageFactory(
            parent=section, title="Évaluer sans alourdir", concepts=[theme],
            documents=[make.DocumentFactory(texts=["Sommaire", "un bilan radiophonique"])],
        )  # fmt: skip
        guide = _complete_guide(section, theme, other)
        while touches.flush().left:
            pass
        follow_postgres()
    return {
        "home": "/",
        "section": section.url,
        "guide": guide.url,
        "search": "/recherche/?q=contrat+local",
        "nothing found": "/recherche/?q=zzzzqqq&type=guide",
        "refused search": "/recherche/?page=zero",
        "not found": "/nulle-part/",
    }


def _picture() -> ContentFile:
    drawn = Image.new("RGB", (1400, 900), "#dcebe8")
    ImageDraw.Draw(drawn).ellipse((200, 200, 900, 900), fill="#0b5d5e")
    buffer = BytesIO()
    drawn.save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name="cercle.png")


def _complete_guide(section: object, theme: object, other: object) -> object:
    image = make.ImageFactory(file=_picture(), credit="Atelier du centre", licence="CC-BY-4.0")
    documents = [make.DocumentFactory(title=title) for title in ("Trame", "Grille d’entretien")]
    prose = "<p>Une page suffit : le territoire, les publics. Voir <a href='/'>l’accueil</a>.</p>"
    table = {
        "columns": [{"type": "text", "heading": name} for name in ("Étape", "Qui", "Durée")],
        "rows": [{"values": ["Cadrer", "Groupe de suivi", "2 semaines"]}],
        "caption": "Le calendrier",
    }
    blocks = [
        ("paragraph", prose),
        ("heading", "Trois précautions"),
        ("list", {"ordered": True, "items": ["Nommer une référente.", "Fixer la date."]}),
        *(
            ("callout", {"kind": kind, "title": "", "content": prose})
            for kind in ("remember", "warning", "example")
        ),
        ("step", {"title": "Écrire la question", "duration": "une semaine", "content": prose}),
        ("quote", {"text_quoted": "On nous a demandé.", "source": "Une habitante"}),
        ("table", table),
        ("image", {"image": image.pk, "caption": "La carte des constats"}),
        ("download", {"document": documents[1].pk, "title": ""}),
        (
            "video",
            {"url": "https://video.example.org/1", "title": "Trois questions", "transcript": prose},
        ),
        *_more_blocks(image, other, prose),
    ]
    return make.GuidePageFactory(
        parent=section, slug="diagnostic", hero_image=image, edition="2e édition",
        title="Construire le diagnostic partagé d’un contrat local de santé",
        summary="Réunir habitants et professionnels autour des mêmes constats.",
        edition_date="2025-03", review_date="2027-03-01", licence="etalab-2.0",
        chapters=[("Cadrer la démarche", blocks), ("Restituer", prose * 12)],
        concepts=[theme], authors=["Mission santé et territoires"],
        documents=documents, related=[other],
    )  # fmt: skip


def _more_blocks(image: object, other: object, prose: str) -> list[tuple[str, object]]:
    figures = [
        {"value": "1 240", "unit": "", "label": "rendez-vous pris en un an", "source": "ARS, 2024"},
        {"value": "87", "unit": "%", "label": "de personnes satisfaites", "source": ""},
        {"value": "12 à 15", "unit": "mois", "label": "pour aller au bout", "source": ""},
    ]
    cards = [
        {"title": "", "summary": "Trois méthodes légères.", "page": other.pk, "url": ""},
        {
            "title": "L’observatoire",
            "summary": "",
            "page": None,
            "url": "https://www.example.org/o",
        },
        {"title": "Bientôt en ligne", "summary": "", "page": None, "url": ""},
    ]
    steps = [
        {"date": "mars 2024", "title": "Signature", "content": prose},
        {"date": "2025", "title": "Premier bilan", "content": ""},
    ]
    points = [
        {"label": "Rennes", "latitude": "48.1173", "longitude": "-1.6778"},
        {"label": "Brest", "latitude": "48.3904", "longitude": "-4.4861"},
        {"label": "Vannes", "latitude": "47.6582", "longitude": "-2.7608"},
    ]
    said = {"text_quoted": "On m’a enfin écoutée.", "author": "Inès", "role": "habitante"}
    return [
        ("figures", {"items": figures}),
        ("gallery", {"items": [{"image": image.pk, "caption": f"Vue {n}"} for n in range(3)]}),
        ("question", {"question": "Qui peut venir ?", "answer": prose}),
        ("question", {"question": "Est-ce payant ?", "answer": prose}),
        ("cards", {"items": cards}),
        ("testimonial", {**said, "territory": "Trégor"}),
        ("contact", {"page": other.pk, "content": prose}),
        ("timeline", {"items": steps}),
        ("map", {"title": "Trois lieux de la démarche", "points": points}),
    ]


@pytest.fixture
def centre(live_server: LiveServer) -> dict[str, object]:
    """A section with the demo's accounts, three descriptors, a picture and a file."""
    home = make.HomePageFactory(title="Centre")
    section = make.SectionPageFactory(title="Guides", slug="guides", show_in_menus=True)
    accounts.create(home)
    for label, alternatives in (
        ("Contrat local de santé", ["CLS"]),
        ("Évaluation de projet", []),
        ("Quartier prioritaire", ["QPV"]),
    ):
        make.ConceptFactory(label=label, alternatives=alternatives)
    make.ImageFactory(title="Carte du quartier")
    make.DocumentFactory(
        title="Grille d’entretien", texts=["Sommaire", "une page sur le photolangage"]
    )
    assert Group.objects.filter(name="Documentalistes").exists()
    return {"section": section.pk}
