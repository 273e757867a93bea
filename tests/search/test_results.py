"""Titles, extracts, pages of files, orders, and the catalogue's last word."""

import pytest
from django.db import connection

from cms.catalogue.models import Record
from tests.search.conftest import titles
from tests.search.corpus import uid_of

HARD_TITLE = "Qui fait quoi ? (le point sur « l'aller-vers » : AND, OR, NOT) – 2.2.4 / l’essentiel*"


def test_a_pasted_title_comes_first(ask):
    for title in Record.objects.filter(locale="fr").values_list("title", flat=True):
        assert titles(ask(title))[0] == title


def test_a_pasted_title_with_its_punctuation_changed(ask):
    assert titles(ask(HARD_TITLE.replace("’", "'").upper()))[0] == HARD_TITLE


def test_the_title_is_marked(ask):
    hit = next(hit for hit in ask("évaluation").hits if hit.uid == uid_of("evaluation"))
    assert hit.title_html == "<mark>Évaluation</mark> d’une action de prévention"


def test_accents_do_not_matter_to_marks(ask):
    for hit in ask("evaluation").hits:
        assert "<mark>" in hit.title_html, hit.title


def test_an_extract_shows_why(ask):
    (hit,) = ask("gouvernance").hits
    assert "<mark>gouvernance</mark>" in hit.extract_html
    assert hit.where is None


def test_an_extract_from_a_file_says_its_page(ask):
    (hit,) = ask("maraîchage").hits
    assert hit.uid == uid_of("atelier")
    assert "<mark>maraîchage</mark>" in hit.extract_html
    assert hit.where.title == "Le rapport"
    assert hit.where.url == "/documents/1/r.pdf"
    assert hit.where.page == 2


def test_an_acronym_is_marked_where_it_stands_in_full(ask):
    hit = next(hit for hit in ask("CLS").hits if hit.uid == uid_of("signer"))
    assert "santé</mark>" in hit.extract_html


def test_no_markup_of_a_content_reaches_the_page(ask):
    for typed in ("balises", "script", "alert", "balise dedans"):
        result = ask(typed)
        hit = next(hit for hit in result.hits if hit.uid == uid_of("balises"))
        for html in (hit.title_html, hit.extract_html):
            assert "<script" not in html
            assert "<b>" not in html
    assert "&lt;script&gt;" in hit.title_html.replace("<mark>", "").replace("</mark>", "")


def test_newest_first(ask):
    dates = [hit.date for hit in ask("", order="newest").hits]
    assert dates == sorted(dates, reverse=True)
    assert ask("territoire", order="newest").hits[0].uid == uid_of("territoire")


def test_by_title(ask):
    found = titles(ask("évaluation", order="title"))
    assert found == [
        "Évaluation d’une action de prévention", "Evaluation sans accent", "Évaluer un partenariat"
    ]  # fmt: skip


def test_everything_without_a_query(ask):
    assert ask().total == Record.objects.filter(locale="fr").count()


def test_pages_do_not_overlap_and_leave_nothing_out(ask):
    count = Record.objects.filter(locale="fr").count()
    pages = range(1, count // 2 + 2)
    seen = [hit.uid for page in pages for hit in ask("", page=page, page_size=2).hits]
    assert len(seen) == len(set(seen)) == count


def test_a_page_beyond_the_last_is_empty(ask):
    for page in (50, 501, 10_000):
        result = ask("évaluation", page=page)
        assert result.hits == []
        assert result.total == 3


def test_a_hidden_record_is_gone_before_any_index_knows(ask):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cms_catalogue_record SET gone_at = now() WHERE uid = %s",
            [uid_of("cls-dix")],
        )
    assert uid_of("cls-dix") not in {hit.uid for hit in ask("CLS").hits}


def test_a_changed_title_is_never_shown_as_it_was(ask):
    Record.objects.filter(uid=uid_of("cls-dix")).update(title="Un autre titre")
    hit = next(hit for hit in ask("CLS").hits if hit.uid == uid_of("cls-dix"))
    assert hit.title_html == "Un autre titre"


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 500, "é " * 250, "mot " * 125, " ".join(f"mot{n}" for n in range(100)),
        "le la les de du", "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", '"', '""',
        '"a', "«", "(", ")", "((((", "AND", "OR NOT", "*", "***", "?", "évalu*", "a:b", "title:x",
        "_exists_:x", "a/b", "/.*/", "a~2", "a^9", "[a TO b]", "{", "\\", "\\\\", "'", "''",
        "' OR 1=1", "--", "- -", "-", "-a", '-"', "!", "&", "|", "<->", "a <-> b", "a & !b", ":*",
        "%", "_", "$$", "\u202eabc", "שלום", "سلام", "北京", "½ ² ①", "İstanbul", "ﬁn", "0",
        "2.2.4", "aujourd'hui", "service-public.fr", "a@b.fr", "https://a.fr/b?c=d#e",
        "978-2-1234-5680-3", "x" * 250 + " " + "y" * 249, "😀 évaluation", "l'", "l’", "’",
        "évaluation 😀 (test) \"",
    ],
)  # fmt: skip
def test_any_text_is_answered(ask, typed):
    result = ask(typed)
    assert result.total >= len(result.hits) >= 0


def test_numbers_codes_and_words_with_an_apostrophe_inside(ask):
    assert uid_of("ponctuation") in {hit.uid for hit in ask("2.2.4").hits}
    for typed in ("aujourd’hui", "aujourd'hui", "exemple.fr", "médico-social"):
        assert [hit.uid for hit in ask(typed).hits] == [uid_of("mots")], typed


def test_punctuation_only_finds_nothing(ask):
    for typed in ('"', "((", "?!", "\U0001f600"):
        assert ask(typed).total == 0
