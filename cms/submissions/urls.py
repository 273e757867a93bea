"""Addresses by which the public takes part."""

from django.urls import path

from . import views

app_name = "submissions"
urlpatterns = [
    path("proposer/", views.choose, name="choose"),
    path("proposer/suivi/<str:token>/", views.tracking, name="tracking"),
    path("proposer/suivi/<str:token>/etape/<int:number>/", views.step, name="step"),
    path("proposer/suivi/<str:token>/envoyer/", views.check, name="check"),
    path("proposer/suivi/<str:token>/confirmer/<str:code>/", views.confirm, name="confirm"),
    path("proposer/<slug:kind>/", views.start, name="start"),
]
