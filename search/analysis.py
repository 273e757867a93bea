"""How words are read: the same rules for both engines, by language.

French elides with both apostrophes; accents are folded after the stemmer, never before; capitals
are kept apart, because stop words and stemmers eat acronyms (SES, EST, CLS).
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import stopwords
from .result import MARK_END, MARK_START


@dataclass(frozen=True, slots=True)
class Language:
    """`stemmer` is Elasticsearch's; `config` PostgreSQL's text search configuration, `folded`
    the one that unfolds accents first (made by our migration); `stop` the words that carry no
    meaning alone; `optional` those that a question may do without; `elisions` what an apostrophe
    cuts off."""

    stemmer: str
    config: str
    folded: str
    stop: frozenset[str]
    optional: frozenset[str] = frozenset()
    elisions: tuple[str, ...] = ()


ELISIONS = (
    "l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu",
)  # fmt: skip

LANGUAGES = {
    "fr": Language(
        stemmer="light_french",
        config="french",
        folded="search_french",
        stop=stopwords.FRENCH_STOP,
        optional=stopwords.FRENCH_OPTIONAL,
        elisions=ELISIONS,
    ),
    "en": Language("english", "english", "search_english", stopwords.ENGLISH_STOP),
    "es": Language("light_spanish", "spanish", "search_spanish", stopwords.SPANISH_STOP),
}

_APOSTROPHES = "’‘ʼ`´′＇"
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")
_CAPITALS = re.compile(r"(?<![^\W_])[A-ZÀ-Þ](?:[A-ZÀ-Þ0-9]|\.(?=[A-ZÀ-Þ]\b)){1,7}(?![^\W_])")
# "C.L.S." with its points, and what tells at little cost that a text may have such a word.
_POINTED = re.compile(r"(?<![^\W_])(?<![^\W_]\.)((?:[^\W\d_]\.)+[^\W\d_])(?![^\W_])\.?")
_POINT = re.compile(r"\.[^\W\d_](?![^\W_])")

# Words tied by hyphens, and numbers of several parts: "médico-social", "978-2-07-036822-8".
# (Only from the start of a word: a text that is one long word is read once.)
_TIED = re.compile(r"(?<![^\W_])[^\W_]+(?:[-‐‑][^\W_]+)+")
LONGEST_COMPOUND = 60  # characters
_CODE = re.compile(
    r"(?<![^\W_])(?:([A-Z]{1,2})(?:\.\s?)?)?(\d+(?:[.‐‑-](?:\d+|[xX](?![^\W_])))+)(?![^\W_])"
)
SHORTEST_NUMBER = 8  # digits of a number that is the same without its hyphens (ISSN, ISBN)


def language(locale: str) -> Language:
    """The rules for a locale; French where we have none."""
    return LANGUAGES.get(locale.split("-")[0], LANGUAGES["fr"])


def composed(text: str) -> str:
    """A text as it is shown and highlighted: composed (NFC), without marks of ours or NUL."""
    if text.isascii():
        return text.replace("\0", "")
    text = unicodedata.normalize("NFC", text)
    return text.replace("\0", "").replace(MARK_START, "").replace(MARK_END, "")


def prepared(text: str) -> str:
    """A text as words are read from it: composed, one kind of apostrophe, no soft hyphens, no
    points in acronyms ("C.L.S." is CLS)."""
    text = composed(text).replace("\u00ad", "")
    for apostrophe in _APOSTROPHES:  # three times as fast as str.translate on a long text
        text = text.replace(apostrophe, "'")
    if _POINT.search(text):
        text = _POINTED.sub(lambda found: found[1].replace(".", ""), text)
    return text


def plain_words(text: str) -> str:
    """The words of a text with single spaces between: what PostgreSQL's parser sees, which
    would take "et/ou" for a file and "a.fr" for a host."""
    return " ".join(words(text))


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """A word in lower case, letters and digits only, without accents or ligatures."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return "".join(c for c in bare if c.isalnum())


def words(text: str) -> list[str]:
    """The words of a text as written; an elided article is a word of its own."""
    return _WORD.findall(prepared(text))


def is_acronym(word: str) -> bool:
    """Whether a word is written as an acronym: two to eight capitals, digits after the first."""
    return _CAPITALS.fullmatch(word) is not None


def acronyms(text: str) -> Iterator[str]:
    """Every word in capitals, as often as it stands in the text, points and accents taken out."""
    for found in _CAPITALS.findall(prepared(text)):
        yield folded(found.replace(".", "")).upper()


@lru_cache(maxsize=50_000)
def word_key(word: str) -> str:
    """A word as labels are compared: folded, without its plural."""
    bare = folded(word)
    if len(bare) > 4 and bare.endswith("aux"):
        return bare[:-3] + "al"
    if len(bare) > 3 and bare[-1] in "sx":
        return bare[:-1]
    return bare


@lru_cache(maxsize=20_000)
def label_key(label: str) -> tuple[str, ...]:
    """A label as labels are compared. An acronym keeps all its letters."""
    return tuple(folded(word) if is_acronym(word) else word_key(word) for word in words(label))


def compounds(text: str, rules: Language) -> Iterator[str]:
    """The words of a text that hyphens tie, written in one: "médicosocial" for "médico-social",
    whole and by neighbours; "9782070368228" for an ISBN. What stop words make ("est-il") is no
    compound."""
    for tied in _TIED.findall(prepared(text)):
        if len(tied) > LONGEST_COMPOUND:
            continue
        parts = _WORD.findall(tied)
        whole = "".join(parts)
        if all(part.isdecimal() for part in parts[:-1]):
            if len(whole) >= SHORTEST_NUMBER and whole[:-1].isdecimal():
                yield whole
            continue
        small = [folded(part) in rules.stop or folded(part) in rules.elisions for part in parts]
        if not any(small) and len(parts) > 2:
            yield whole
        for place, (one, other) in enumerate(itertools.pairwise(parts)):
            if not (small[place] or small[place + 1]) and (one + other).isalpha():
                yield one + other


def codes(text: str) -> Iterator[tuple[int, tuple[tuple[str, ...], ...]]]:
    """Numbers of several parts in a text ("2.2.4", "L. 1411-1", "978-2-07-036822-8"): the place
    of the first word of each among the text's words, and the ways of writing it, its words as
    typed first."""
    ready = prepared(text)
    for found in _CODE.finditer(ready):
        letters, parts = found[1], tuple(_WORD.findall(found[2]))
        ways = [tuple(_WORD.findall(found[0]))]
        if letters:
            ways += [(letters, *parts), (letters + parts[0], *parts[1:])]
        elif len(bare := "".join(parts)) >= SHORTEST_NUMBER:
            ways.append((bare,))
        yield len(_WORD.findall(ready[: found.start()])), tuple(dict.fromkeys(ways))


def title_key(title: str) -> str:
    """A title as it is compared with a pasted one: its folded words, no punctuation."""
    return " ".join(folded(word) for word in words(title))[:1000]


def index_settings(locale: str) -> dict[str, Any]:
    """Elasticsearch's analysis for a language: only what the `analysis-common` module has.

    `stem` (elision, lower case, stop words, stemmer, then accents), `exact` (neither stemmed nor
    stopped), `pairs` (two stems side by side), `caps` (words in capitals only). Texts and
    queries come composed (NFC) from Python: the build has no ICU.
    """
    rules = language(locale)
    # The tokenizer leaves "aujourd'hui", "2.2.4" and "a.fr" whole; `words` does not.
    first = [*(["our_elision"] if rules.elisions else []), "our_parts", "lowercase"]
    stem = [*first, "our_stop", "our_stemmer", "asciifolding"]
    exact = [*first, "asciifolding"]
    return {
        "filter": {
            "our_elision": {
                "type": "elision",
                "articles_case": True,
                "articles": list(rules.elisions or ("l",)),
            },
            "our_parts": {
                "type": "word_delimiter_graph",
                "split_on_case_change": False,
                "split_on_numerics": False,
                "stem_english_possessive": False,
            },
            # Stop words are listed folded; accents still stand where the filter looks.
            "our_stop": {"type": "stop", "stopwords": sorted(_accented(rules.stop))},
            "our_stemmer": {"type": "stemmer", "language": rules.stemmer},
            "our_pairs": {
                "type": "shingle",
                "min_shingle_size": 2,
                "max_shingle_size": 2,
                "output_unigrams": False,
                "filler_token": "",
            },
        },
        "char_filter": {
            "our_apostrophes": {
                "type": "mapping",
                "mappings": [f"{c} => '" for c in _APOSTROPHES] + ["\u00ad => "],
            },
            "our_points": {
                "type": "pattern_replace",
                "pattern": r"(?<=(?<![\p{L}\p{N}])\p{Lu})\.(?=\p{Lu}(?![\p{L}\p{N}]))",
                "replacement": "",
            },
        },
        "tokenizer": {
            "our_capitals": {
                "type": "pattern",
                "pattern": r"(?<![\p{L}\p{N}])(\p{Lu}[\p{Lu}\p{N}]{1,7})(?![\p{L}\p{N}])",
                "group": 1,
            },
        },
        "analyzer": {
            "stem": _analyzer("standard", stem),
            "exact": _analyzer("standard", exact),
            "pairs": _analyzer("standard", [*stem, "our_pairs"]),
            "caps": _analyzer("our_capitals", ["asciifolding"], "our_points"),
        },
        "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
    }


def _analyzer(tokenizer: str, filters: list[str], *characters: str) -> dict[str, Any]:
    return {
        "type": "custom",
        "char_filter": ["our_apostrophes", *characters],
        "tokenizer": tokenizer,
        "filter": filters,
    }


def _accented(stop: frozenset[str]) -> set[str]:
    """Stop words with the accents they are written with."""
    return set(stop) | {
        accented
        for accented in ("à", "été", "être", "était", "étaient", "étant", "êtes", "même", "où",
                         "très", "más", "también")
        if folded(accented) in stop or accented == "à"
    }  # fmt: skip
