"""Which records Elasticsearch finds for some words, and how well they fit: pure functions.

Scoring is in two steps. The first orders everything that has the words, by one field and by what
titles say; the second orders the best `LOOKED_AT` of those by several views of the same texts,
which would cost too much for the tens of thousands that may have a word.
"""

from collections.abc import Iterable
from typing import Any

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from ..analysis import folded, language
from ..interpretation import Interpretation, Phrase
from .base import (
    IN_FORCE_BONUS,
    MAX_WHOLE,
    NAMED_TITLE,
    SUBJECT_BONUS,
    TITLE_BONUS,
    WHOLE_TITLE,
    in_force,
    label_bonus,
    label_weight,
    references,
    required,
    subjects,
)

# How much each field weighs; the weights of combined_fields are 1 or more.
FIELDS = {"title": 2.5, "summary": 1.5, "labels": 1.5, "headings": 1.0, "body": 1.0}
FILES = 0.4
EXACT = 0.2
MOST = 0.6
PAIRS = 0.2
# What titles weigh besides: a title says in a few words what a whole text is about.
TITLE = {"title.exact": 0.5, "title.pairs": 0.3}
NAMED = 6.0
PASTED_TITLE = 1000.0
# Of how many of the best the second step orders anew.
LOOKED_AT = 500
# What the first step's score still counts after it: order beyond those that were looked at.
FIRST = 1e-6
# Of two records that fit as well, the newer one.
NEWER = 1e-4


def matching(meaning: Interpretation, relaxed: bool, *, first: bool = False) -> Query:
    """What records must have, and their scores: those of the `first` step, or whole."""
    excluded = [phrase_in("all.exact", phrase, meaning.locale) for phrase in meaning.excluded]
    if not meaning.asks:
        return Q("bool", filter=[Q("match_all")], must_not=excluded)
    found = Q(
        "bool",
        filter=[
            *(phrase_in("all.exact", phrase, meaning.locale) for phrase in meaning.phrases),
            *_enough(meaning, relaxed),
        ],
        should=[*(_first(meaning) if first else _texts(meaning)), *_bonuses(meaning)],
        must_not=excluded,
    )
    return Q("bool", should=[_pasted(meaning), found], minimum_should_match=1)


def second_step(meaning: Interpretation, *besides: Query) -> dict[str, Any]:
    """The part of a request that orders the best of the first step by their whole scores, to which
    what stands `besides` adds."""
    newer = Q("distance_feature", field="published_at", origin="now", pivot="365d", boost=NEWER)
    whole = Q(
        "bool", should=[_pasted(meaning), *_texts(meaning), *_bonuses(meaning), newer, *besides]
    )  # fmt: skip
    return {
        "window_size": LOOKED_AT,
        "query": {"rescore_query": whole.to_dict(), "query_weight": FIRST},
    }


def _pasted(meaning: Interpretation) -> Query:
    return Q("constant_score", filter=Q("term", title_key=meaning.title), boost=PASTED_TITLE)


def _enough(meaning: Interpretation, relaxed: bool) -> list[Query]:
    """How many of its units a record must have."""
    units = _units(meaning, "all")
    if not units:
        return []
    least = 1 if relaxed else required(len(units))
    return [Q("bool", should=units, minimum_should_match=least)]


def _units(meaning: Interpretation, field: str) -> list[Query]:
    """What is asked for, in a field: each unit is a meaningful word or a label with its
    synonyms."""
    covered = {place for span in meaning.named for place in range(span.start, span.end)}
    units = [
        _word(meaning, place, field)
        for place, word in enumerate(meaning.words)
        if not (word.optional or place in covered)
    ]
    for span in meaning.named:
        inside = [
            _word(meaning, place, field)
            for place in range(span.start, span.end)
            if not meaning.words[place].optional
        ]
        together = [Q("bool", must=inside)] if not span.code else []
        labels = [_interval(f"{field}.exact", phrase) for phrase in span.phrases]
        units.append(_any([*together, *labels]))
    return units


def _word(meaning: Interpretation, place: int, field: str) -> Query:
    """One word anywhere in a field: as an acronym, or by its stem, or as spelled right, or as
    one word with its neighbour."""
    word = meaning.words[place]
    if word.acronym:
        written = (f"{field}.caps", f"{field}.exact")
        return _any([Q("match", **{name: word.text}) for name in written])
    choices = [Q("match", **{name: word.text}) for name in (field, f"{field}.exact")]
    choices += [Q("term", **{field: stem}) for stem in meaning.corrections.get(word.text, ())]
    swapped = (form for form, _stem in meaning.swapped.get(word.text, ()))
    beside = (meaning.joined.get(place), meaning.joined.get(place - 1))
    choices += [Q("match", **{field: text}) for text in (*swapped, *filter(None, beside))]
    return _any(choices)


def _any(choices: list[Query]) -> Query:
    return choices[0] if len(choices) == 1 else Q("bool", should=choices, minimum_should_match=1)


def _said(meaning: Interpretation) -> str:
    """The words as the indexes have them: without elided articles, which would stand for a word
    there, and pairs would be others."""
    quoted = [phrase.text for phrase in meaning.phrases]
    elided = language(meaning.locale).elisions
    said = [w.text for w in meaning.words if not (w.optional and folded(w.text) in elided)]
    return " ".join([*said, *quoted])


def _acronyms(meaning: Interpretation) -> str:
    return " ".join(word.text for word in meaning.words if word.acronym)


def _first(meaning: Interpretation) -> Iterable[Query]:
    """A score that needs little: everything in one field."""
    for text in filter(None, (_said(meaning), *meaning.joined.values(), *swapped_forms(meaning))):
        yield Q("match", all=text)
        yield Q("match", title=text)
    if acronyms := _acronyms(meaning):
        yield Q("match", **{"all.caps": acronyms})
    for span in meaning.named:
        for phrase in span.phrases:
            yield _interval("all.exact", phrase, NAMED * label_weight(span))
    for stems in meaning.corrections.values():
        for stem in stems:
            yield Q("term", all=stem)


def _texts(meaning: Interpretation) -> Iterable[Query]:
    """How well the texts fit."""
    if text := _said(meaning):
        yield Q("combined_fields", query=text, fields=_fields(""))
        yield Q("combined_fields", query=text, fields=_fields(".exact"), boost=EXACT)
        for suffix, boost in (("", MOST), (".pairs", PAIRS)):
            fields = [f"{name}{suffix}" for name in ("title", "summary", "body")]
            yield Q("multi_match", query=text, type="most_fields", fields=fields, boost=boost)
        for name, boost in TITLE.items():
            yield Q("match", **{name: {"query": text, "boost": boost}})
        yield Q("match", files={"query": text, "boost": FILES})
        yield Q("match", joined=text)
    for joined in meaning.joined.values():
        yield Q("multi_match", query=joined, type="most_fields", fields=["title^2", "all"])
    if acronyms := _acronyms(meaning):
        yield Q("combined_fields", query=acronyms, fields=_fields(".caps"))
        yield Q("combined_fields", query=acronyms, fields=_fields(".exact"), boost=EXACT)
        yield Q("match", **{"files.caps": {"query": acronyms, "boost": FILES}})
    for span in meaning.named:
        named = NAMED * label_weight(span)
        for phrase in span.phrases:
            yield _interval("title.exact", phrase, NAMED)
            yield _interval("labels.exact", phrase, named / 2)
            yield _interval("all.exact", phrase, named)
    for form in swapped_forms(meaning):
        yield Q("multi_match", query=form, type="most_fields", fields=["title", "all"], boost=0.5)
    for stems in meaning.corrections.values():
        for stem in stems:
            yield Q("term", title={"value": stem, "boost": 2.0})
            yield Q("term", all={"value": stem, "boost": 1.0})


def _bonuses(meaning: Interpretation) -> Iterable[Query]:
    """What a record gains once for a label or a title."""
    for span in meaning.named:
        anywhere = _any([_interval("all.exact", phrase) for phrase in span.phrases])
        yield Q("constant_score", filter=anywhere, boost=label_bonus(meaning, span))
        if not (span.ordinary or span.code):
            labels = _any([_interval("title.exact", phrase) for phrase in span.phrases])
            yield Q("constant_score", filter=labels, boost=NAMED_TITLE)
            if span in subjects(meaning):
                types, years = in_force()
                current = [labels, Q("terms", type=types), Q("terms", concepts=years)]
                yield Q("constant_score", filter=Q("bool", must=current), boost=IN_FORCE_BONUS)
        if span.ordinary:
            titled = Q("match", title=span.label)
            yield Q("constant_score", filter=titled, boost=TITLE_BONUS)
    if subject := meaning.subject:
        titled = _any([_interval("title.exact", phrase) for phrase in subject.phrases])
        about = Q("bool", must=[titled, Q("terms", type=references())])
        yield Q("constant_score", filter=about, boost=SUBJECT_BONUS)
    if 1 < len(units := _units(meaning, "title")) <= MAX_WHOLE:
        yield Q("constant_score", filter=Q("bool", must=units), boost=WHOLE_TITLE)


def swapped_forms(meaning: Interpretation) -> list[str]:
    """Words with two letters in the wrong order, put right."""
    return [form for forms in meaning.swapped.values() for form, _stem in forms]


def _fields(suffix: str) -> list[str]:
    return [f"{name}{suffix}^{weight:g}" for name, weight in FIELDS.items()]


def phrase_in(field: str, phrase: Phrase, locale: str) -> Query:
    """Words side by side, also where indexes have cut an article off ("l’accord")."""
    elided = language(locale).elisions
    kept = [word for word in phrase.words[:-1] if folded(word) not in elided]
    texts = dict.fromkeys([phrase.text, " ".join([*kept, phrase.words[-1]])])
    return _any([Q("match_phrase", **{field: text}) for text in texts])


def _interval(field: str, phrase: Phrase, boost: float = 1.0) -> Query:
    """A label in a field, but not inside a longer label of another concept."""
    if phrase.acronym:
        return Q(
            "match", **{field.replace(".exact", ".caps"): {"query": phrase.text, "boost": boost}}
        )
    match: dict[str, Any] = {"query": phrase.text, "max_gaps": 0, "ordered": True}
    longer = [f"{phrase.text} {word}" for word in phrase.not_after]
    longer += [f"{word} {phrase.text}" for word in phrase.not_before]
    if longer:
        rules = [{"match": {"query": text, "max_gaps": 0, "ordered": True}} for text in longer]
        match["filter"] = {"not_contained_by": {"any_of": {"intervals": rules}}}
    return Q("intervals", **{field: {"match": match, "boost": boost}})
