from .dossiers import DossierEntry, DossierPage
from .publications import PublicationCopy, PublicationPage

__all__ = ["DossierEntry", "DossierPage", "PublicationCopy", "PublicationPage"]
