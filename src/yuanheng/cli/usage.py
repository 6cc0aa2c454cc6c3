"""A wrong call in words: the parser's findings, in the language of the person."""

from __future__ import annotations

import difflib
import errno
from typing import Any

from yuanheng.cli.language import say


def usage_text(error: Any, commands: list[str], words: list[str]) -> str:
    """What is wrong with the call, and what to do."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = list(error.possibilities or [])
        hint = say(f"是否想写 {'、'.join(near)}？", f"Did you mean {', '.join(near)}?")
        text = say(f"没有选项 {error.option_name}。", f"There is no option {error.option_name}.")
        text += hint if near else ""
    elif kind == "MissingParameter":
        name = error.param.get_error_hint() if error.param else ""
        text = say(f"缺少 {name}。", f"{name} is missing.")
    elif kind == "BadParameter":
        name = error.param.get_error_hint() if error.param else ""
        text = _bad_value(name, error.message)
    elif kind == "BadOptionUsage":
        text = say(f"选项 {error.option_name} 后面缺少值。", f"{error.option_name} needs a value.")
    elif "No such command" in str(error):
        text = _no_command(words, commands)
    elif "unexpected extra argument" in str(error):
        extra = str(error.message).partition("(")[2].partition("(")[2].rstrip(")")
        text = say(f"多出了参数：{extra}。", f"Too many words: {extra}.")
    else:
        text = str(error)
    return f"{text}\n{_where_to_look(error)}"


def _bad_value(name: str, message: str) -> str:
    """The parser's words about a value, with the commonest ones put plainly."""
    for piece, zh, en in (
        ("valid integer", "应为整数", "write a whole number"),
        ("greater than or equal to", "数字太小", "the number is too small"),
        ("less than or equal to", "数字太大", "the number is too large"),
    ):
        if piece in message:
            return say(f"{name} 的值不对：{zh}。", f"{name} is wrong: {en}.")
    if " is not one of " in message:
        choices = message.partition(" is not one of ")[2].rstrip(".")
        return say(f"{name} 的值不对，只能是 {choices}。", f"{name} must be one of {choices}.")
    return say(f"{name} 的值不对：{message}", f"{name} is wrong: {message}")


def _no_command(words: list[str], commands: list[str]) -> str:
    name = next((word for word in words if not word.startswith("-")), "")
    near = difflib.get_close_matches(name, commands, 3, 0.5)
    text = say(f"没有命令“{name}”。", f"There is no command “{name}”.")
    if near:
        text += say(f"是否想写：{'、'.join(near)}？", f" Did you mean {', '.join(near)}?")
    return text


def _where_to_look(error: Any) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "yh"
    return say(f"用法见：{path} --help", f"See {path} --help")


_REASONS = {
    errno.EACCES: ("没有权限", "permission denied", "请换一个有权读写的目录"),
    errno.EPERM: ("没有权限", "permission denied", "请换一个有权读写的目录"),
    errno.EROFS: ("该处只读", "read-only place", "请换一个可以写的目录"),
    errno.ENOSPC: ("磁盘已满", "no space left", "请腾出空间后重试"),
    errno.ENOENT: ("没有这个文件或目录", "no such file or directory", "请检查路径"),
    errno.ENOTDIR: ("路径中有一段不是目录", "a part of the path is no directory", "请检查路径"),
    errno.EEXIST: ("已有同名文件", "a file of that name exists", "请换一个名字"),
    errno.EISDIR: ("这是一个目录", "it is a directory", "请给出文件"),
    errno.ENAMETOOLONG: ("名字太长", "the name is too long", "请换一个短的名字"),
    errno.EADDRINUSE: ("端口已被占用", "the port is in use", "请用 --port 换一个端口"),
}
_ADVICE = {
    "请换一个有权读写的目录": "choose a place that you may write to",
    "请换一个可以写的目录": "choose a place that can be written to",
    "请腾出空间后重试": "free some space and try again",
    "请检查路径": "check the path",
    "请换一个名字": "choose another name",
    "请给出文件": "give a file",
    "请换一个短的名字": "choose a shorter name",
    "请用 --port 换一个端口": "choose another with --port",
}


def system_text(error: OSError) -> str | None:
    """What the system refused, and what to do; None where it is no matter of the input."""
    found = _REASONS.get(error.errno or 0)
    if found is None:
        return None
    place = f"“{error.filename}”" if error.filename else ""
    zh, en, advice = found
    return say(f"{place}:{zh};{advice}。", f"{place}: {en}; {_ADVICE[advice]}.").lstrip(":")
