"""The words of a citation (ISO 690) in the languages of the site: a record cites itself in its
own language, whoever reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What stands between the parts of a reference."""

    online: str
    video: str
    sound: str
    game: str
    kit: str
    at: str  # before an address
    issue: str  # before the number of an issue or of a series
    colon: str  # between place and publisher

    def address(self, link: str) -> str:
        return f"{self.at} {link}"


_WORDS = {
    "fr": Words(
        "en ligne",
        "vidéo",
        "enregistrement sonore",
        "jeu",
        "mallette",
        "Disponible sur :",
        "n°",
        " : ",
    ),
    "en": Words(
        "online", "video", "sound recording", "game", "kit", "Available from:", "no.", ": "
    ),
    "es": Words(
        "en línea", "vídeo", "grabación sonora", "juego", "maletín", "Disponible en:", "n.º", ": "
    ),
}


def words(language: str) -> Words:
    """French for a language that is not among them."""
    return _WORDS.get(language, _WORDS["fr"])
