"""From dropped documents to a closed task, by nothing but what a person can press."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

PROOF = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 done"}
TODAY = date.today().isoformat()
LAST = (date.today() + timedelta(days=300)).isoformat()

# Of the kinds of the five documents that the system began with; all invented.
INVENTED = (
    ("会议新闻.txt", "云山市召开园区建设推进会\n"
     "云山新闻网2025年3月2日讯 3月1日，市委书记主持召开全市园区建设推进会。\n"
     "2024年，全市入园企业达到3980家，规模以上工业企业达到1481家；"
     "完成技工贸总收入3923.37亿元，同比增长18.08%。\n"),
    ("调研.txt", "市领导赴云山经济开发区调研\n2025年2月16日，市领导赴云山经济开发区调研。"
     "目前，云山经济开发区入园企业71家，其中规模以上工业企业49家。"
     "2024年，云山经济开发区完成技工贸总收入272.80亿元，同比增长17.23%；"
     "完成入库税收1.4亿元。\n"),
    ("讲话一.txt", "同志们:\nXX书记在今年X月X日来高新区调研座谈时指出，"
     "高新区虽然体量大，但呈现的是“虚胖”状态。\n"),
    ("讲话.txt", "在园区发展专题会上的讲话\n2025年3月20日\n同志们:\n"
     "一、产业园区要在今年内完成产业规划编制。\n"
     "二、由市住建局牵头，市财政局配合，9月底前建成标准厂房20万平方米。\n"
     "三、市自然资源局负责，11月15日前完成低效用地清理300亩。\n"),
    ("大会.txt", "某市召开开发园区高质量发展大会\n"
     "2025年10月22日，全市开发园区高质量发展大会召开。会议强调，"
     "各地要学习借鉴先进地区经验，不断提升推动项目建设的能力和水平。\n"),
)  # fmt: skip
SPEECH = 3
"""Whose tasks are issued."""


class Desk:
    """A browser in somebody's hands. ``passwords`` as the demonstration printed them."""

    def __init__(self, page: Any, address: str, passwords: dict[str, str]) -> None:
        self.page, self.address, self.passwords = page, address, passwords
        page.set_default_timeout(30_000)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def sign_in(self, name: str) -> None:
        self.page.context.clear_cookies()
        self.go("/sign-in/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", self.passwords[name])
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.address}/")

    def press(self, name: str) -> None:
        """A main button of the page's form, and the page after it."""
        with self.page.expect_navigation():
            self.page.locator("main form").get_by_role("button", name=name).first.click()

    def drop(self, files: Sequence[dict[str, Any]]) -> list[str]:
        """All at once; the pages of the documents, in their order, when all have been read."""
        self.go("/documents/drop/")
        self.page.set_input_files("[name=files]", files)
        self.press("放上阅办台")
        found = self._newest(len(files))
        until = time.monotonic() + 120
        while any("正在阅读" in self._text(one) for one in found):
            assert time.monotonic() < until, "the documents aren't read"
            time.sleep(0.5)
        return found

    def _newest(self, count: int) -> list[str]:
        self.go("/documents/")
        links = self.page.eval_on_selector_all(
            "main a[href^='/documents/D']", "all => all.map(one => one.getAttribute('href'))"
        )
        pages = sorted({one for one in links if re.fullmatch(r"/documents/D\d{4}-\d+/", one)})
        return pages[-count:]

    def _text(self, path: str) -> str:
        self.go(path)
        return str(self.page.inner_text("main"))

    def decide(self, path: str, subject: str, *, with_tasks: bool) -> None:
        """Each proposal accepted or rejected by its key; a figure of an unknown place is put
        right to ``subject``, requirements are only taken over ``with_tasks``."""
        self.go(path)
        for _turn in range(200):
            card = self.page.locator("article.yh-desk-open").first
            if not card.count():
                return
            words = card.inner_text()
            missing = (re.search(r"缺：(.+)", words) or ["", ""])[1]
            if card.locator(".bg-blue-lt").count():
                self._key(card, "a" if with_tasks else "r")
            elif not missing:
                self._key(card, "a")
            elif set(missing.split("、")) <= {"指标主体", "期别"}:
                self._mend(card, subject)
            else:
                self._key(card, "r")
            self.go(path)
        raise AssertionError("decisions without end")

    def _key(self, card: Any, key: str) -> None:
        number = card.get_attribute("id")
        self.page.evaluate(f"location.hash = '#{number}'")
        self.page.reload()
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def _mend(self, card: Any, subject: str) -> None:
        with self.page.expect_navigation():
            card.get_by_role("link", name="补正").click()
        self.page.select_option("[name=subject]", subject)
        if self.page.input_value("[name=period]") == "":
            self.page.fill("[name=period]", "2024")
        self.press("保存并采纳")

    def enter_figures(self, path: str) -> int:
        """Into the ledger, with a reason where one is asked for; how many, as the page says."""
        self.go(f"{path}hand-on/")
        if not self.page.locator("[name=what][value=figures]").count():
            return 0
        if self.page.locator("[name=reason]").count():
            self.page.fill("[name=reason]", "以文件为准")
        self.press("入账")
        said = re.search(r"(\d+) 个数据", self._all())
        assert said, self._all()
        return int(said[1])

    def _all(self) -> str:
        return str(self.page.inner_text("body"))

    def register_tasks(self, path: str) -> list[str]:
        """The accepted requirements as drafts; the pages of the tasks."""
        self.go(f"{path}hand-on/")
        self.page.select_option("[name=kind]", "speech")
        self.press("登记为任务草案")
        with self.page.expect_navigation():
            self.page.get_by_role("link", name="所立任务").click()
        links = self.page.eval_on_selector_all(
            "main a[href^='/tasks/']", "all => all.map(one => one.getAttribute('href'))"
        )
        return sorted({one for one in links if re.fullmatch(r"/tasks/[\w-]+/", one)})

    def act(self, task: str, action: str, **fields: Any) -> None:
        """One action of a task by its form; fields that the form hasn't are passed over."""
        self.go(f"{task}do/{action}/")
        for name, value in fields.items():
            box = self.page.locator(f"main [name={name}]")
            if not box.count():
                continue
            if name == "evidence":
                box.set_input_files(value)
            elif box.evaluate("one => one.tagName") == "SELECT":
                if not box.input_value():
                    box.select_option(box.locator("option", has_text=value).first.inner_text())
            elif not box.input_value() or (name == "deadline" and box.input_value() < TODAY):
                box.fill(str(value))
        with self.page.expect_navigation():
            self.page.locator("main form button.btn-primary").click()
        assert "/do/" not in self.page.url, self._all()

    def issue(self, tasks: Sequence[str], lead: str) -> None:
        """Submitted by the one, checked and issued by the other; what lacks a unit or a day gets
        one, the first always this ``lead``."""
        self.sign_in("analyst")
        for task in tasks:
            self.act(task, "submit", result="见方案，经验收", lead=lead, deadline=LAST)
        self.sign_in("supervisor")
        for task in tasks:
            self.act(task, "check")
            self.act(task, "issue", lead=lead, deadline=LAST)

    def task_led_by(self, tasks: Sequence[str], lead: str) -> str:
        """The first that this unit leads."""
        return next(
            one for one in tasks if re.search(f"牵头单位[\\s：]*\\S*{lead}", self._text(one))
        )

    def walk_to_closing(self, task: str) -> None:
        """By the unit that leads it, then by who supervises."""
        self.sign_in("bureau")
        self.act(task, "sign")
        self.act(task, "report", progress="60", reason="主体封顶")
        self.act(task, "finish", reason="已竣工验收", evidence=PROOF)
        self.sign_in("supervisor")
        self.act(task, "close", quality="95", reason="现场核实")
