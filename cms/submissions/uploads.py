"""Files on their way in: few, small, what they say they are, pictures without their metadata."""

import hashlib
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from cms.core.documents import CustomDocument
from cms.core.extraction import check_signature
from cms.core.images import CustomImage

from .models import Submission, Upload

MOST = 8  # files of one submission
LARGEST = 10 * 1024 * 1024  # bytes of one file
ALL = 30 * 1024 * 1024  # bytes of all files of one submission
BODY = ALL + 1024 * 1024  # bytes of one request; a larger one is not read
PIXELS = 50_000_000
PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
DOCUMENTS = {"pdf", "docx", "odt", "xlsx", "ods", "pptx", "odp", "rtf", "txt", "csv"}
ACCEPT = ",".join(f".{name}" for name in sorted({*PICTURES, *DOCUMENTS}))


def check(file: UploadedFile) -> bytes:
    """The content to keep. ValidationError with a sentence for who uploads: too large, another
    type, not what its name says, an archive."""
    name = str(file.name)
    extension = PurePath(name).suffix.lower().lstrip(".")
    if not file.size:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": name})
    if file.size > LARGEST:
        raise ValidationError(
            _("“%(name)s” is too large: 10 MB at most for each file.") % {"name": name}
        )
    if extension in PICTURES:
        return _bare_picture(file, PICTURES[extension], name)
    if extension not in DOCUMENTS:
        raise ValidationError(
            _("“%(name)s”: this kind of file is not accepted. Send a PDF, a document or a picture.")
            % {"name": name}
        )
    try:
        check_signature(file, name)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ValidationError(f"{name} : {error.messages[0]}") from error
    return file.read()


def _bare_picture(file: UploadedFile, kind: str, name: str) -> bytes:
    """The picture alone, upright: no place, no device, no name of who took it."""
    try:
        picture = Image.open(file, formats=[kind])  # type: ignore[arg-type]
        if picture.width * picture.height > PIXELS:
            raise ValidationError(_("“%(name)s” has too many pixels.") % {"name": name})
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    except ValidationError:
        raise
    except Exception as error:  # a decoder fails in its own ways on what is no picture
        raise ValidationError(
            _("“%(name)s” is not the picture that its name says.") % {"name": name}
        ) from error
    if kind == "JPEG" and upright.mode not in ("RGB", "L"):
        upright = upright.convert("RGB")
    elif upright.mode == "P":
        upright = upright.convert("RGBA")
    bare = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    kept = BytesIO()
    bare.save(kept, kind, quality=90)
    return kept.getvalue()


def add(submission: Submission, files: list[Any]) -> list[str]:
    """Keep what may be kept; the sentences about what may not. The same file twice is one."""
    errors = []
    known = {row.checksum: row.size for row in submission.uploads.all()}
    for file in files[: MOST * 4]:
        try:
            content = check(file)
        except ValidationError as error:
            errors += error.messages
            continue
        checksum = hashlib.sha256(content).hexdigest()
        if checksum in known:
            continue
        if len(known) >= MOST:
            errors.append(_("%(n)d files at most: the others were not kept.") % {"n": MOST})
            break
        if sum(known.values()) + len(content) > ALL:
            errors.append(_("30 MB at most for all the files: the others were not kept."))
            break
        _keep(submission, file, content, checksum)
        known[checksum] = len(content)
    return errors


def _keep(submission: Submission, file: UploadedFile, content: bytes, checksum: str) -> None:
    name = PurePath(str(file.name)).name[-200:]
    extension = PurePath(name).suffix.lower().lstrip(".")
    Upload.objects.create(
        submission=submission, name=name, size=len(content), checksum=checksum,
        is_picture=extension in PICTURES, file=ContentFile(content, name=name),
    )  # fmt: skip


def remove(upload: Upload) -> None:
    """The row and the file."""
    upload.file.delete(save=False)
    upload.delete()


def adopt(submission: Submission, user: Any) -> list[Any]:
    """The files as documents and pictures of the site. They are public once a public page uses
    them. Pictures have no consent yet: the desk of the documentalists asks for it."""
    made: list[Any] = []
    for upload in submission.uploads.all():
        title = PurePath(upload.name).stem[:255] or upload.name
        with upload.file.open("rb") as file:
            content = ContentFile(file.read(), name=upload.name)
        model: Any = CustomImage if upload.is_picture else CustomDocument
        made.append(model(title=title, file=content, uploaded_by_user=user))
        made[-1].save()
    return made


def disown(made: list[Any]) -> None:
    """Take back the files of what a transaction that is given up has made."""
    for one in made:
        one.file.storage.delete(one.file.name)
