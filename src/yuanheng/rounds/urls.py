"""Addresses of the rounds beside their registers."""

from django.urls import path

from yuanheng.rounds.views import annex, dynamics, everybody, growth, publicity, sheets

urlpatterns = [
    path("publicity/", publicity.listed, name="publicity-list"),
    path("publicity/<str:key>/", publicity.show, name="publicity"),
    path("publicity/<str:key>/print/", publicity.on_paper, name="publicity-print"),
    path("publicity/<str:key>/list.xlsx", publicity.download, name="publicity-download"),
    path("public/", everybody.listed, name="public-list"),
    path("public/<str:key>/", everybody.show, name="public"),
    path("public/<str:key>/print/", everybody.on_paper, name="public-print"),
    path("rounds/<str:key>/annex/", annex.show, name="round-annex"),
    path("rounds/<str:key>/annex/print/", annex.on_paper, name="round-annex-print"),
    path("rounds/<str:key>/annex.xlsx", annex.download, name="round-annex-download"),
    path("rounds/<str:key>/sheets.xlsx", sheets.download, name="round-sheets-download"),
    path("rounds/<str:key>/sheets/print/", sheets.several_on_paper, name="round-sheets-print"),
    path("sheets/waiting/", sheets.waiting, name="sheets-waiting"),
    path("sheets/waiting/<str:key>/", sheets.confirm_several, name="sheets-confirm"),
    path("sheets/<uuid:token>/", sheets.show, name="sheet-detail"),
    path("sheets/<uuid:token>/print/", sheets.on_paper, name="sheet-print"),
    path("sheets/<uuid:token>/confirm/", sheets.confirm, name="sheet-confirm"),
    path("sheets/<uuid:token>/object/", sheets.object_, name="sheet-object"),
    path("sheets/<uuid:token>/release/", sheets.release, name="sheet-release"),
    path("dynamics/<str:key>/", dynamics.show, name="dynamics"),
    path("dynamics/<str:key>/list.xlsx", dynamics.download, name="dynamics-download"),
    path("growth/<str:key>/", growth.show, name="growth"),
    path("measures/<str:key>/", dynamics.measures, name="measures"),
    path("measures/<str:key>/list.xlsx", dynamics.download_measures, name="measures-download"),
]
