"""PostgreSQL's text search configurations that unfold accents before they stem: they mark
extracts. Made by our first migration."""

from .analysis import LANGUAGES

CREATE = "\n".join(
    f"""
    DROP TEXT SEARCH CONFIGURATION IF EXISTS {rules.folded};
    CREATE TEXT SEARCH CONFIGURATION {rules.folded} (COPY = {rules.config});
    ALTER TEXT SEARCH CONFIGURATION {rules.folded}
        ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {rules.config}_stem;
    """
    for rules in LANGUAGES.values()
)
DROP = "\n".join(
    f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {rules.folded};" for rules in LANGUAGES.values()
)
