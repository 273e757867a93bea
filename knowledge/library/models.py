from .copies import PublicationCopy
from .dossiers import DossierEntry, DossierPage
from .publications import PublicationPage

__all__ = ["DossierEntry", "DossierPage", "PublicationCopy", "PublicationPage"]
