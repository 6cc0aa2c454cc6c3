"""Addresses of the ledger beside its register of snapshots."""

from django.urls import path

from yuanheng.ledger.views import figures

urlpatterns = [
    path("figures/<str:key>/file/", figures.download_table, name="snapshot-file"),
    path("published/", figures.published_figures, name="published-figures"),
]
