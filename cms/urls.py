"""Every public address, in the order in which it is tried."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms.catalogue import files

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/<int:document_id>/<str:document_filename>", files.document,
         name="wagtaildocs_serve"),
    re_path(r"^images/([^/]*)/(\d*)/([^/]*)/[^/]*$", files.Picture.as_view(),
            name="wagtailimages_serve"),
]  # fmt: skip

urlpatterns += i18n_patterns(
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
