"""Loads the demonstration city the way an office would: files in, evaluations out.

Needs a configured Django and a migrated database. Every step looks first whether it has been done,
so a second start takes a moment and changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yuanheng.demo.appraisal import load_appraisal
from yuanheng.demo.areas import load_areas
from yuanheng.demo.city import first_administrator, make_offices, make_people, make_province
from yuanheng.demo.consultation import load_consultation
from yuanheng.demo.drafts import load_draft, load_study_visits
from yuanheng.demo.generator import DemoFiles, files_in, generate
from yuanheng.demo.leaders import load_leaders
from yuanheng.demo.ledger_figures import load_park_figures
from yuanheng.demo.measures import load_measures
from yuanheng.demo.meetings import load_meetings
from yuanheng.demo.reporting import load_firm_form, load_reporting
from yuanheng.demo.rounds import load_round, load_rules
from yuanheng.demo.targets import load_running_year
from yuanheng.demo.tasks import load_tasks
from yuanheng.demo.works import load_works
from yuanheng.evaluation.api import (
    SchemeVersion,
    adopt_scheme,
    assess_ranks_of,
    find_run,
    publish_run,
    start_run,
)
from yuanheng.ledger.api import (
    Snapshot,
    freeze_file,
    has_catalogue,
    has_published_figures,
    load_catalogue,
    load_published_figures,
)
from yuanheng.registry.api import import_file, park_facts

Progress = Callable[[str, str], None]

FEW = 200
"""The ranks of a larger evaluation are assessed when somebody asks for it."""
REPORTING_PARK = "YZ05"
"""Whose committee the demonstration's park reporter belongs to: a zone of three parks."""


@dataclass(slots=True)
class DemoReport:
    """What was loaded; ``passwords`` are those made now, shown once."""

    files: DemoFiles
    passwords: dict[str, str] = field(default_factory=dict)
    imported: dict[str, dict[str, int]] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    seconds: float = 0.0
    was_there: bool = False


def load_demo(
    home: Path | str, progress: Progress | None = None, *, enterprises: int = 20_000
) -> DemoReport:
    """The demonstration city in this installation's database, files under ``home``."""
    started = time.perf_counter()
    say = progress or (lambda zh, en: None)
    home = Path(home)
    directory = home / "demo"
    files = files_in(directory)
    if not all(path.is_file() for path in _paths(files)):
        say("生成演示城市的数据文件", "making the files of the demonstration city")
        files = generate(directory, enterprises=enterprises)
    admin, made = first_administrator(home)
    report = DemoReport(files, dict(made), was_there=not made)
    make_province(admin)
    city = make_offices(admin)
    _import_registers(files, admin, report, say)
    reporting = next((p for p in park_facts(admin) if p.code == REPORTING_PARK), None)
    committee = _committee(reporting.committee_id if reporting else None)
    report.passwords |= make_people(admin, home, city, committee)
    say("载入指标目录和公开数字", "loading the catalogue and published figures")
    if not has_catalogue():
        load_catalogue(acting_user=admin)
    if not has_published_figures():
        load_published_figures(files.published_examples, acting_user=admin)
    say("园区指标入账", "entering the parks' figures into the ledger")
    load_park_figures(files.park_figures, admin)
    say("今年以来的数据、审核规则和目标任务", "this year so far, rules of checks and targets")
    load_running_year(admin)
    say("下发一张月报", "issuing a monthly form")
    load_reporting(admin)
    load_firm_form(admin)
    say("一次会议的督办任务", "the tasks of a meeting")
    load_tasks(admin)
    parks = _Evaluation("five_good_sample", files.park_figures, "园区年度指标", ("2023", "2024"))
    firms = _Evaluation(
        "huangyan_2022", files.enterprise_figures, "企业年度数据", ("2021", "2022")
    )
    # By the mu with grades, for the measures that follow from these.
    graded = _Evaluation(
        "huaian_2024", files.enterprise_figures, "企业年度数据（分档）", ("2023", "2024")
    )
    for one in (graded, firms, parks):  # the parks last: the overview shows the latest
        one.evaluate(admin, report, say)
    say("按档次的差别化措施和户号（示例）", "measures by grade and accounts, as samples")
    load_measures(admin, find_run(graded.scheme, graded.periods[-1]), directory)
    say("办一次评价：确认、异议、公示", "walking a round to its publicity")
    load_rules(admin)
    load_round(admin, find_run(parks.scheme, parks.periods[-1]))
    say("基础设施和公共项目", "infrastructure and public projects")
    load_works(admin)
    say("领导挂钩包联和走访", "leaders, what they are linked to, and visits")
    load_leaders(admin)
    say("两次会议：签到和纪要", "two meetings: who came, and minutes")
    load_meetings(admin)
    say("十道思考题：各单位的答复", "ten questions put to the units")
    if load_consultation(admin):
        load_draft(admin)
        load_study_visits()
    say("企业面积项、分税种缴税，公示面积清单", "areas and tax by kind, an area list put up")
    load_areas(admin, directory)
    say("“1+N”考核部门、乡镇和园区", "appraising bureaus, towns and committees")
    load_appraisal(admin)
    report.seconds = round(time.perf_counter() - started, 2)
    return report


def _paths(files: DemoFiles) -> list[Path]:
    return [
        files.regions,
        files.parks,
        files.enterprises,
        files.enterprise_figures,
        files.park_figures,
        files.published_examples,
    ]


def _import_registers(files: DemoFiles, admin: Any, report: DemoReport, say: Progress) -> None:
    """Regions, parks, enterprises, by the same way as a file that somebody uploads."""
    steps = (
        ("regions", files.regions, "导入行政区划", "importing regions"),
        ("parks", files.parks, "导入园区", "importing parks"),
        ("enterprises", files.enterprises, "导入企业", "importing enterprises"),
    )
    if park_facts(admin) and _has_enterprises(admin):
        return
    for kind, path, zh, en in steps:
        say(zh, en)
        done = import_file(kind, path, admin, leave_out_faulty=False)
        if not done.committed:
            raise RuntimeError(f"{path.name}: {done.faults[:3]}")
        report.imported[kind] = done.counts


def _has_enterprises(admin: Any) -> bool:
    from yuanheng.registry.models import Enterprise

    return Enterprise.objects.visible_to(admin).exists()


def _committee(pk: int | None) -> Any:
    from yuanheng.accounts.models import OrgUnit

    return OrgUnit.objects.without_tree_fields().filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class _Evaluation:
    """A scheme of the library on a table of the demonstration, for two periods."""

    scheme: str
    table: Path
    title: str
    periods: tuple[str, str]

    def evaluate(self, admin: Any, report: DemoReport, say: Progress) -> None:
        """Adopt, freeze, evaluate and publish what is not there yet."""
        if find_run(self.scheme, self.periods[-1]) is not None:
            report.runs.append(find_run(self.scheme, self.periods[-1]).code)
            return
        say(f"采用方案 {self.scheme} 并冻结数据", f"adopting {self.scheme}, freezing its figures")
        version, _is_new = adopt_scheme(acting_user=admin, code=self.scheme)
        snapshot = self._snapshot(version, admin)
        previous = None
        for period in self.periods:
            say(f"评价 {self.title} {period}", f"evaluating {self.scheme} for {period}")
            run, _is_new = start_run(
                acting_user=admin,
                version=version,
                snapshot=snapshot,
                period=period,
                previous=previous,
            )
            if not run.is_published:
                run = publish_run(acting_user=admin, run=run)
            previous = run
        if run.record["rated"] <= FEW:
            say("分析名次有多可靠", "finding out how sure the ranks are")
            assess_ranks_of(run, acting_user=admin)
        report.runs.append(run.code)

    def _snapshot(self, version: SchemeVersion, admin: Any) -> Snapshot:
        return freeze_file(
            self.table,
            kind=version.scheme.subject_kind,
            scheme_text=version.text,
            title=self.title,
            acting_user=admin,
        )
