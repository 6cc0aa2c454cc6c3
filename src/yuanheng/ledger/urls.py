"""Addresses of the ledger beside its register of snapshots."""

from django.urls import path

from yuanheng.ledger.views import (
    bearers,
    catalogue,
    figures,
    forms,
    freezes,
    passport,
    rules,
    submissions,
    totals,
)

urlpatterns = [
    path("figures/<str:key>/file/", figures.download_table, name="snapshot-file"),
    path("forms/<str:key>/open/", forms.open_form_period, name="form-open-period"),
    path("forms/<str:key>/periods/<str:label>/", forms.show_period, name="form-period"),
    path("forms/<str:key>/periods/<str:label>/do/", forms.change_period, name="form-period-do"),
    path("submissions/<str:key>/keep/", submissions.keep_cells, name="submission-keep"),
    path(
        "submissions/<str:key>/workbook/",
        submissions.download_workbook,
        name="submission-workbook",
    ),
    path("indicators/load/", catalogue.load_shipped, name="load-catalogue"),
    path("check-rules/load/", rules.load_samples, name="load-check-rules"),
    path("frozen/new/", freezes.new_freeze, name="freeze-new"),
    path("frozen/<str:key>/table/", freezes.new_table, name="freeze-table"),
    path("frozen/<str:key>/file/", freezes.freeze_file, name="freeze-file"),
    path("frozen/<str:key>/manifest/", freezes.freeze_manifest, name="freeze-manifest"),
    path("totals/", totals.city_totals, name="city-totals"),
    path("totals/export/", totals.totals_workbook, name="city-totals-export"),
    path("ledger/<str:kind>/<str:code>/", bearers.subject_figures, name="subject-figures"),
    path(
        "ledger/<str:kind>/<str:code>/<str:indicator>/<str:period>/",
        passport.passport,
        name="figure-passport",
    ),
    path("published/", figures.published_figures, name="published-figures"),
]
