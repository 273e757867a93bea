"""Addresses by which the public takes part."""

from django.urls import path

from . import proofs, support, views

app_name = "submissions"
urlpatterns = [
    path("proposer/", views.choose, name="choose"),
    path("proposer/epreuve/<str:token>/", proofs.proof, name="proof"),
    path("proposer/epreuve/<str:token>/fichier/", proofs.proof_file, name="proof_file"),
    path("proposer/appui/<int:pk>/<str:token>/", support.request_for_support, name="support"),
    path(
        "proposer/appui/<int:pk>/<str:token>/fichier/<int:number>/",
        support.file,
        name="support_file",
    ),
    path("proposer/suivi/<str:token>/", views.tracking, name="tracking"),
    path("proposer/suivi/<str:token>/etape/<int:number>/", views.step, name="step"),
    path("proposer/suivi/<str:token>/envoyer/", views.check, name="check"),
    path("proposer/suivi/<str:token>/confirmer/<str:code>/", views.confirm, name="confirm"),
    path("proposer/<slug:kind>/", views.start, name="start"),
]
