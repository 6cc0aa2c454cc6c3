"""Addresses of the ledger beside its register of snapshots."""

from django.urls import path

from yuanheng.ledger.views import (
    bearers,
    catalogue,
    completeness,
    figures,
    forms,
    freezes,
    passport,
    quality,
    rules,
    submissions,
    targets,
    totals,
)

urlpatterns = [
    path("figures/<str:key>/file/", figures.download_table, name="snapshot-file"),
    path("forms/<str:key>/open/", forms.open_form_period, name="form-open-period"),
    path("forms/<str:key>/periods/<str:label>/", forms.show_period, name="form-period"),
    path("forms/<str:key>/periods/<str:label>/do/", forms.change_period, name="form-period-do"),
    path("own-figures/", submissions.own_sheets, name="own-sheets"),
    path("own-figures/<str:key>/", submissions.own_sheet, name="own-sheet"),
    path("submissions/<str:key>/keep/", submissions.keep_cells, name="submission-keep"),
    path(
        "submissions/<str:key>/workbook/",
        submissions.download_workbook,
        name="submission-workbook",
    ),
    path("indicators/pick/", catalogue.pick, name="indicator-pick"),
    path("indicators/load/", catalogue.load_shipped, name="load-catalogue"),
    path("check-rules/load/", rules.load_samples, name="load-check-rules"),
    path("target-tree/", targets.target_tree, name="target-tree"),
    path("target-tree/export/", targets.target_workbook, name="target-tree-export"),
    path("completeness/", completeness.ranking, name="completeness"),
    path("completeness/export/", completeness.workbook, name="completeness-export"),
    path("quality/", quality.overview, name="quality"),
    path("quality/flagged/", quality.flags, name="quality-flagged"),
    path("quality/remark/", quality.remark, name="figure-remark"),
    path("quality/<str:kind>/<str:code>/", quality.of_subject, name="quality-subject"),
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
    path(
        "ledger/<str:kind>/<str:code>/<str:indicator>/<str:period>/write/",
        passport.write,
        name="figure-write",
    ),
    path("published/", figures.published_figures, name="published-figures"),
]
