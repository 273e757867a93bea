"""Every public address, in the order in which it is tried."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents.views.serve import authenticate_with_password

from cms.catalogue import files
from cms.exchange import urls as exchange_urls
from search import urls as search_urls

urlpatterns = [
    path("api/", include("cms.api.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path(
        "documents/<int:document_id>/<str:document_filename>",
        files.document,
        name="wagtaildocs_serve",
    ),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        authenticate_with_password,
        name="wagtaildocs_authenticate_with_password",
    ),
    path(
        "images/<str:signature>/<int:image_id>/<str:filter_spec>/",
        files.Picture.as_view(),
        name="wagtailimages_serve",
    ),
    path(
        "images/<str:signature>/<int:image_id>/<str:filter_spec>/<str:filename>",
        files.Picture.as_view(),
    ),
    path("", include(exchange_urls)),
    # Nothing else of the uploads has an address.
    path("media/images/<str:name>", files.rendition),
]

urlpatterns += i18n_patterns(
    path("", include(exchange_urls.in_languages)),
    path("", include("cms.submissions.urls")),
    path("", include(search_urls)),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
