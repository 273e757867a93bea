"""What a reader may mean while she types: titles, concepts, organisations, places.

From PostgreSQL whichever engine answers searches: beginnings of titles come out of an index in
their order, beginnings of their words out of one of trigrams, of which a bounded number of rows
is looked at. The thesaurus is in the process.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cms.core.postgresql.reading import all_rows
from cms.core.records import record_types
from cms.core.vocabularies import TERRITORY
from knowledge.territories.finding import named
from knowledge.territories.models import Territory
from knowledge.thesaurus.labels import State, expansions, state

from .analysis import language, title_key
from .engines.postgres_index import NAME
from .facets import schemes

SHORTEST = 2  # letters from which something is suggested
LONGEST = 100  # characters of what is typed that are read
WORDS = 6  # words of it
MOST = 10  # suggestions in all
# Of each group: those that have a place whatever the others have, and the most.
TITLES, CONCEPTS, ACTORS, PLACES = (4, MOST), (2, 4), (2, 4), (2, 4)
LOOKED_AT = 400  # titles that have such words, of which the best are taken
TAKEN = 3 * MOST  # so many: some may be among the first already, or gone from the catalogue

_PLACES = (
    Territory.Kind.COMMUNE,
    Territory.Kind.EPCI,
    Territory.Kind.DEPARTEMENT,
    Territory.Kind.REGION,
    Territory.Kind.FREE,
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`label` is what is chosen; `detail` says what it is ("Guide"), or what an alternative label
    stands for ("Contrat local de santé"); `url` is relative to the site."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Suggestions of a kind: `name` is "titles", "concepts", "organisations" or "places"."""

    name: str
    label: str
    items: Sequence[Suggestion]


# Exact titles of whatever kind come first, then what has just this other name (an acronym), then
# titles that begin so, then those in which every word begins one of theirs. The character at the
# end of the range comes after all others.
_TITLES = """
    SELECT record.title, record.type, record.url, found.place, found.actor FROM (
        SELECT uid, title_key, actor, place FROM (
            SELECT uid, title_key, actor, CASE WHEN title_key = %(text)s THEN 0 ELSE 1 END AS place
            FROM search_entry WHERE locale = %(locale)s AND NOT actor
                AND title_key COLLATE "C" >= %(text)s AND title_key COLLATE "C" < %(end)s
            ORDER BY title_key COLLATE "C" LIMIT %(most)s
        ) beginnings
        UNION ALL SELECT uid, title_key, actor, place FROM (
            SELECT uid, title_key, actor, CASE WHEN title_key = %(text)s THEN 0 ELSE 1 END AS place
            FROM search_entry WHERE locale = %(locale)s AND actor
                AND title_key COLLATE "C" >= %(text)s AND title_key COLLATE "C" < %(end)s
            ORDER BY title_key COLLATE "C" LIMIT %(most)s
        ) named
        UNION ALL SELECT uid, title_key, actor, .5 FROM (
            SELECT entry.uid, entry.title_key, entry.actor
            FROM search_posting posting JOIN search_entry entry ON entry.id = posting.entry_id
            WHERE posting.word = %(name)s ORDER BY entry.title_key LIMIT %(most)s
        ) called
        UNION ALL SELECT uid, title_key, actor, 2 FROM (
            SELECT * FROM (
                SELECT uid, title_key, actor FROM search_entry
                WHERE locale = %(locale)s AND NOT actor AND {words} LIMIT %(looked_at)s
            ) within ORDER BY length(title_key), title_key, uid LIMIT %(taken)s
        ) best
        UNION ALL SELECT uid, title_key, actor, 2 FROM (
            SELECT * FROM (
                SELECT uid, title_key, actor FROM search_entry
                WHERE locale = %(locale)s AND actor AND {words} LIMIT %(looked_at)s
            ) within ORDER BY length(title_key), title_key, uid LIMIT %(taken)s
        ) best
    ) found
    JOIN cms_catalogue_record record ON record.uid = found.uid AND record.gone_at IS NULL
    ORDER BY found.place, CASE WHEN found.place = 2 THEN length(found.title_key) END,
        found.title_key, found.uid
"""
_PUBLIC = """
    SELECT term FROM unnest(%s::text[]) term WHERE EXISTS (
        SELECT 1 FROM cms_catalogue_record
        WHERE terms_broader @> ARRAY[term] AND locale = %s AND gone_at IS NULL)
"""


def suggest(text: str, locale: str) -> list[Group]:
    """Groups of suggestions for what was typed so far, MOST at most; none for fewer than SHORTEST
    letters. Only what is public and leads somewhere. Four queries, whatever there is."""
    key = title_key(text[:LONGEST])
    if len(key.replace(" ", "")) < SHORTEST:
        return []
    titles, actors = _records(key, locale)
    concepts = _concepts(key, locale, state())
    places = _territories(text[:LONGEST])
    areas = [f"{TERRITORY}:{one.slug}" for one in places if one.kind != Territory.Kind.COMMUNE]
    public = _with_records([*concepts, *areas], locale)
    with translation.override(locale):
        search, carte = reverse("search"), reverse("map")
        groups = [
            (Group("titles", _("Titles"), titles), TITLES),
            (
                Group(
                    "concepts",
                    _("Descriptors"),
                    [
                        Suggestion(label, other, f"{search}?{urlencode({'concept': term})}")
                        for term, (label, other) in concepts.items()
                        if term in public
                    ],
                ),
                CONCEPTS,
            ),
            (Group("organisations", _("Organisations and people"), actors), ACTORS),
            (
                Group(
                    "places",
                    _("Places"),
                    [
                        _place(one, search, carte)
                        for one in places
                        if one.kind == Territory.Kind.COMMUNE or f"{TERRITORY}:{one.slug}" in public
                    ],
                ),
                PLACES,
            ),
        ]
    return list(_shared_out(groups))


def _shared_out(groups: Sequence[tuple[Group, tuple[int, int]]]) -> Iterator[Group]:
    """The groups with as many suggestions as there is room for: first those that each is sure of,
    then the others in order."""
    taken = [min(len(group.items), sure) for group, (sure, _most) in groups]
    for place, (group, (_sure, most)) in enumerate(groups):
        room = MOST - sum(taken)
        taken[place] += max(0, min(room, most - taken[place], len(group.items) - taken[place]))
    for (group, _limits), number in zip(groups, taken, strict=True):
        if number:
            yield Group(group.name, group.label, group.items[:number])


def _records(key: str, locale: str) -> tuple[list[Suggestion], list[Suggestion]]:
    """Titles, then actors. An actor that bears exactly this name is a title. One query."""
    words = _meaningful(key.split(), locale)
    conditions, parameters = ["TRUE"], dict[str, str]()
    for place, word in enumerate(words):
        conditions.append(f"(title_key LIKE %(start{place})s OR title_key LIKE %(inside{place})s)")
        parameters |= {f"start{place}": f"{word}%", f"inside{place}": f"% {word}%"}
    rows = all_rows(
        _TITLES.format(words=" AND ".join(conditions)),
        {
            **parameters,
            "text": key,
            "name": f"{locale}:{NAME}{key}",
            "end": f"{key}\U0010ffff",
            "locale": locale,
            "most": MOST,
            "looked_at": LOOKED_AT,
            "taken": TAKEN,
        },
    )
    kinds = record_types()
    titles: dict[str, Suggestion] = {}
    actors: dict[str, Suggestion] = {}
    with translation.override(locale):
        for title, kind, url, place, actor in rows:
            found = actors if actor and place else titles
            if len(found) < MOST and url not in titles and url not in actors:
                label = str(kinds[kind].label) if kind in kinds else ""
                found[url] = Suggestion(title, label, url)
    return list(titles.values()), list(actors.values())


def _meaningful(words: Sequence[str], locale: str) -> list[str]:
    """The words to look for in titles: without the articles, which nearly all of them have. The
    last word is not finished: "de" may become "dentaire"."""
    rules = language(locale)
    small = rules.stop.union(rules.elisions)
    kept = [word for word in words[:-1] if word not in small] + list(words[-1:])
    return kept[-WORDS:]


# Labels by the beginnings of their words: (words from one of them on, place in the list), sorted.
_Labels = tuple[list[tuple[str, int]], list[tuple[str, str, str]]]
_labels: dict[str, tuple[State, _Labels]] = {}


def _concepts(key: str, locale: str, now: State) -> dict[str, tuple[str, str]]:
    """Concepts of which a shown label has these words side by side, the last one begun: "scheme:id"
    -> (label, preferred label where it is another). Labels that begin so come first. No query for
    a known state of the thesaurus."""
    starts, labels = _known_labels(locale, now)
    words = key.split()
    small = language(locale).stop.union(language(locale).elisions)
    while len(words) > 1 and words[0] in small:  # "l’accès": the label is "Accès aux soins"
        words.pop(0)
    key = " ".join(words)
    found: list[tuple[bool, int, str, int]] = []
    for suffix, place in starts[bisect_left(starts, (key, -1)) :]:
        if not suffix.startswith(key) or len(found) >= LOOKED_AT:
            break
        whole = title_key(labels[place][1])
        found.append((not whole.startswith(key), len(whole), whole, place))
    shown: dict[str, tuple[str, str]] = {}
    for _inside, _length, _whole, place in sorted(found):
        term, label, preferred = labels[place]
        shown.setdefault(term, (label, preferred if preferred != label else ""))
        if len(shown) >= 2 * CONCEPTS[1]:
            break
    return shown


def _known_labels(locale: str, now: State) -> _Labels:
    known = _labels.get(locale)
    if known is not None and known[0] == now:
        return known[1]
    preferred = {
        term: label
        for scheme in schemes(locale, now).values()
        for term, label in scheme.labels.items()
    }
    labels = {(term, label): (term, label, label) for term, label in preferred.items()}
    for concepts in expansions(locale, now).values():
        for concept in concepts:
            term = f"{concept.scheme}:{concept.concept}"
            for label in concept.labels:
                if label not in concept.hidden:
                    labels[term, label] = (term, label, preferred.get(term, label))
    rows = list(labels.values())
    starts = sorted(
        (" ".join(words[start:]), place)
        for place, (_term, label, _preferred) in enumerate(rows)
        if (words := title_key(label).split())
        for start in range(len(words))
    )
    _labels[locale] = (now, (starts, rows))
    return starts, rows


def _territories(text: str) -> list[Territory]:
    """The likeliest places. One query."""
    places = Territory.objects.filter(kind__in=_PLACES).defer("outline")
    return list(named(places, text)[: 2 * PLACES[1]])


def _place(one: Territory, search: str, carte: str) -> Suggestion:
    """A commune leads to the map around it, and to what applies to it; others to what is about
    them."""
    if one.kind == Territory.Kind.COMMUNE:
        asked = urlencode({"lieu": one.name, "insee": one.code})
        return Suggestion(str(one), "", f"{carte}?{asked}")
    asked = urlencode({TERRITORY: one.slug})
    kind = "" if str(one) != one.name else str(one.get_kind_display())
    return Suggestion(str(one), kind, f"{search}?{asked}")


def _with_records(terms: Sequence[str], locale: str) -> set[str]:
    """Those of the terms that a public record has. One query."""
    return {term for (term,) in all_rows(_PUBLIC, [list(terms), locale])}
