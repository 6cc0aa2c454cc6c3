"""Addresses of the ledger beside its register of snapshots."""

from django.urls import path

from yuanheng.ledger.views import catalogue, figures

urlpatterns = [
    path("figures/new/", figures.upload, name="figure-upload"),
    path("figures/drafts/<uuid:token>/", figures.preview, name="figure-draft"),
    path("figures/drafts/<uuid:token>/rows/", figures.faulty_rows, name="figure-draft-rows"),
    path("figures/drafts/<uuid:token>/commit/", figures.commit, name="figure-draft-commit"),
    path("figures/drafts/<uuid:token>/discard/", figures.discard, name="figure-draft-discard"),
    path("figures/<str:key>/file/", figures.download_table, name="snapshot-file"),
    path("indicators/load/", catalogue.load_shipped, name="load-catalogue"),
    path("published/", figures.published_figures, name="published-figures"),
]
