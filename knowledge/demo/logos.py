"""Invented logos for the demo: a coloured shape with the letters of a name, drawn by code."""

import hashlib
import re
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont

from cms.core.models import CustomImage

from .library import CONTENT, read

SIZE = (480, 384)
COLORS = ("#1d5c63", "#7a3b5e", "#2f5d9b", "#5b6b1f", "#8a4b16", "#4b3f8f", "#9a2f3d", "#22683f")
ACCENT = "#f2b63c"
SIGNING = {"signatory", "cosignatory"}
_CAPITAL = re.compile(r"\b[A-ZÀÂÉÈŒ]")


def signing() -> set[str]:
    """The organisations that sign a plan of the demo, by their slugs."""
    plans = (read(f"plans/{path.name}") for path in (CONTENT / "plans").glob("*.yaml"))
    return {
        one["organisation"]
        for plan in plans
        for one in plan.get("organisations") or []
        if one.get("role") in SIGNING and "organisation" in one
    }


def add(entry: dict[str, Any]) -> int:
    """Draw and store the logo of an organisation; its number."""
    name = f"logo-{entry['slug']}.png"
    image = CustomImage(
        title=f"Logo inventé pour la démonstration : {entry['title']}",
        file=ContentFile(drawn(entry["slug"], letters(entry)), name=name),
        alt_text=f"Logo de {entry['title']}",
        consent="not_needed",
    )
    image._set_image_file_metadata()
    image.save()
    return int(image.pk)


def letters(entry: dict[str, Any]) -> str:
    """The acronym, else the capitals of the name: five letters at most."""
    return (entry.get("acronym") or "".join(_CAPITAL.findall(entry["title"])))[:5]


def drawn(slug: str, text: str) -> bytes:
    """A PNG, always the same for a slug: one of four shapes in one of eight colours."""
    number = hashlib.sha256(slug.encode()).digest()[0]
    color = COLORS[number % len(COLORS)]
    image = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = 72, 24, SIZE[0] - 72, SIZE[1] - 24
    middle = ((left + right) // 2, (top + bottom) // 2)
    match number // len(COLORS) % 4:
        case 0:
            pen.ellipse((left, top, right, bottom), fill=color)
        case 1:
            pen.rounded_rectangle((left, top, right, bottom), radius=48, fill=color)
        case 2:
            corners = (middle[0], 0), (SIZE[0], middle[1]), (middle[0], SIZE[1]), (0, middle[1])
            pen.polygon(corners, fill=color)
        case _:
            pen.pieslice((left, top, right, bottom + 160), 180, 360, fill=color)
            pen.rectangle((left, middle[1] + 80, right, bottom), fill=color)
    pen.rectangle((middle[0] - 60, middle[1] + 62, middle[0] + 60, middle[1] + 72), fill=ACCENT)
    size = 120 if len(text) < 4 else 84
    pen.text(middle, text, fill="white", font=ImageFont.load_default(size), anchor="mm")
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
