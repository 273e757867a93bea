"""Documents with the text of their pages, so that a word on page 7 is found on page 7."""

import hashlib
import mimetypes
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument

from .extraction import check_signature, pdf_pages
from .policy import policy


def languages() -> list[tuple[str, Any]]:
    """The languages of the site, and one word for a document in several."""
    return [*settings.LANGUAGES, ("mul", _("Several languages"))]


class TextState(models.TextChoices):
    UNREAD = "unread", _("Not read yet")
    READ = "read", _("Text extracted")
    EMPTY = "empty", _("No text: scanned pages?")
    UNREADABLE = "unreadable", _("Cannot be read: damaged or encrypted")
    NOT_TEXT = "not_text", _("Not a PDF")


class CustomDocument(AbstractDocument):
    """A file that people download. Its address obeys the visibility of the pages that use it."""

    # Not required: Wagtail's page for several files asks for a file only.
    language = models.CharField(
        _("language"), max_length=12, choices=languages, blank=True, default="fr"
    )
    checksum = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    page_count = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    text_state = models.CharField(
        _("text"),
        max_length=10,
        choices=TextState,
        default=TextState.UNREAD,
        editable=False,
    )

    admin_form_fields = ("title", "file", "language", "collection", "tags")
    record_dependency = (
        "document",
        "id",
    )  # its change projects the records that offer it

    override_translatable_fields = policy(
        synchronised=("title", "file", "language", "collection", "tags")
    )

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    @property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.filename)[0] or "application/octet-stream"

    def clean(self) -> None:
        if not self.file:  # the form of a file that was uploaded before
            return
        super().clean()
        if self._is_new_file():
            try:
                check_signature(self.file, self.file.name)
            except ValidationError as error:
                raise ValidationError({"file": error}) from error

    def _is_new_file(self) -> bool:
        """Only a new upload is looked at: an unchanged file may have left the storage."""
        return bool(self.file) and (self._state.adding or not self.file._committed)

    def save(self, *args, **kwargs) -> None:
        changed = self._is_new_file()
        if changed:
            self.checksum = self._digest()
            self.file_size = self.file.size
            # Until it is read: `tasks.read_documents` finishes what a crash cuts short.
            self.text_state = TextState.UNREAD
        super().save(*args, **kwargs)
        if changed:
            self.read_text()

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for chunk in self.file.chunks():
            digest.update(chunk)
        self.file.seek(0)
        return digest.hexdigest()

    def read_text(self) -> None:
        """Extract the text of every page and say in `text_state` what came of it."""
        pages: list[str] = []
        if self.media_type != "application/pdf":
            state = TextState.NOT_TEXT
        else:
            try:
                with self.file.open("rb") as file:
                    pages = pdf_pages(file)
                state = TextState.READ if any(pages) else TextState.EMPTY
            except (ValueError, OSError):
                state = TextState.UNREADABLE
        self.text_state, self.page_count = state, len(pages) or None
        with transaction.atomic():
            self.pages.all().delete()
            DocumentPage.objects.bulk_create(
                DocumentPage(document=self, number=number, text=text)
                for number, text in enumerate(pages, start=1)
            )
            type(self).objects.filter(pk=self.pk).update(
                text_state=self.text_state, page_count=self.page_count
            )


class DocumentPage(models.Model):
    """The text of one page of a document; `number` is the page's place in the file, from 1."""

    document = models.ForeignKey(CustomDocument, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)

    record_dependency = ("document", "document_id")
    override_translatable_fields = policy(synchronised=("document", "number", "text"))

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("document", "number"), name="one_text_per_page"),
        )
