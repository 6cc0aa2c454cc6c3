"""Who is evaluated: taking part, groups, the unrated classes, and why a row is not used."""

from __future__ import annotations

from yuanheng.calc.evaluation.build.context import Context, shifted
from yuanheng.calc.evaluation.build.items import BuiltItem
from yuanheng.calc.evaluation.build.terms import (
    TRUE,
    both,
    choose,
    eq,
    known,
    negate,
    ref,
    surely,
)
from yuanheng.calc.evaluation.program import (
    CLASS,
    CURRENT,
    GROUP,
    RATED,
    SCORED,
    STATUS,
    AdjustmentColumns,
    Define,
    Flag,
    MergePlan,
    Reason,
)
from yuanheng.calc.expression.nodes import Binary, Const, Expr, Ref, Shift, walk
from yuanheng.calc.faults import Fault

NO_TEXT = Const(None, "text")
NOT_THIS_PERIOD = -1


def _facts(context: Context, condition: Expr) -> str:
    """The fields that a condition looks at, by their Chinese names."""
    names = [
        context.program.column_names.get(node.key, node.name)
        for node in walk(condition)
        if isinstance(node, Ref)
    ]
    return "、".join(dict.fromkeys(names))


def _group_text(conditions: list[tuple[str, Expr]]) -> Expr:
    """The code of the first group whose condition is true; unknown from the first condition that
    can't be decided on."""
    result: Expr = NO_TEXT
    for code, condition in reversed(conditions):
        inner = choose([(negate(known(condition)), NO_TEXT)], result)
        result = choose([(surely(condition), Const(code, "text"))], inner)
    return result


def build_groups(context: Context) -> list[tuple[str, Expr]]:
    """The group column; returns each group's code and condition."""
    conditions: list[tuple[str, Expr]] = []
    seen: set[str] = set()
    for number, group in enumerate(context.scheme.groups):
        path = f"groups[{number}]"
        if group.code in seen:
            context.faults.append(
                Fault(
                    "group_twice",
                    f"分组编码“{group.code}”重复。",
                    f"The group code “{group.code}” is used twice.",
                    path=f"{path}.code",
                )
            )
        seen.add(group.code)
        context.program.group_names[group.code] = group.name
        condition = context.condition(group.when, f"{path}.when")
        conditions.append((group.code, condition if condition is not None else TRUE))
    context.define(GROUP, _group_text(conditions), "text")
    return conditions


def add_shifted_groups(context: Context, conditions: list[tuple[str, Expr]]) -> None:
    """The group in which a subject was in the earlier period, where a benchmark asks for it."""
    shifts: list[Shift] = ["previous", "last_year"]
    for shift in shifts:
        column = f"{GROUP}@{shift}"
        if not any(
            column in (getattr(step, "source_by", None) or ()) for step in context.program.steps
        ):
            continue
        earlier = [(code, _shift_noted(context, cond, shift)) for code, cond in conditions]
        context.program.steps.insert(0, Define(column, _group_text(earlier), "text"))


def _shift_noted(context: Context, condition: Expr, shift: Shift) -> Expr:
    for node in walk(condition):
        if isinstance(node, Ref) and node.name in context.fields:
            context.note_input(node.name, shift)
    return shifted(condition, shift)


def build_merge(context: Context) -> None:
    """How subjects on one parcel become one, checked: this happens before anything is computed."""
    merge = context.scheme.population.merge
    if merge is None:
        return
    codes: list[str] = []
    for key, name in [("by", merge.by), ("lead_by", merge.lead_by)] + [
        (f"keep[{n}]", name) for n, name in enumerate(merge.keep)
    ]:
        symbol = context.symbols.get(name)
        if symbol is None or symbol.code not in context.fields:
            context.faults.append(
                Fault(
                    "unknown_field",
                    f"“{name}”不是数据字段。",
                    f"“{name}” is not a field of the data.",
                    path=f"population.merge.{key}",
                )
            )
            return
        codes.append(symbol.code)
    for code in codes[:2]:
        context.note_input(code)
    unless = None
    if merge.unless is not None:
        unless = context.condition(merge.unless, "population.merge.unless")
    context.program.merge = MergePlan(codes[0], codes[1], unless, tuple(codes[2:]))


def _reason(context: Context, code: str, zh: str, en: str) -> int:
    context.program.reasons.append(Reason(code, zh, en))
    return len(context.program.reasons)


def build_participation(
    context: Context, groups: list[tuple[str, Expr]]
) -> list[tuple[Expr, float]]:
    """Why a row is not used, as cases for the status column."""
    cases: list[tuple[Expr, float]] = []
    population = context.scheme.population
    if population.include is not None:
        condition = context.condition(population.include, "population.include")
        if condition is not None:
            facts = _facts(context, condition)
            number = _reason(
                context,
                "undecided",
                f"缺少{facts}，无法判断是否参加评价；请补齐后重报。",
                f"Whether it takes part can't be decided: {facts} is missing.",
            )
            cases.append((negate(known(condition)), number))
            why = population.include_reason or f"不符合参评范围（{population.include}）"
            number = _reason(context, "not_included", why, f"Does not take part: {why}")
            cases.append((negate(surely(condition)), number))
    for index, exclusion in enumerate(population.exclude):
        path = f"population.exclude[{index}].when"
        condition = context.condition(exclusion.when, path)
        if condition is None:
            continue
        number = _reason(context, "excluded", exclusion.reason, f"Excluded: {exclusion.reason}")
        cases.append((surely(condition), number))
        flag_undecided(context, condition, f"exclude[{index}]")
    for code, condition in groups:
        if condition == TRUE:
            break
        facts = _facts(context, condition)
        name = context.program.group_names[code]
        number = _reason(
            context,
            "group_undecided",
            f"缺少{facts}，无法判断是否属于“{name}”；请补齐后重报。",
            f"Whether it belongs to “{name}” can't be decided: {facts} is missing.",
        )
        earlier = [negate(surely(c)) for k, c in groups[: [g[0] for g in groups].index(code)]]
        cases.append((both(*earlier, negate(known(condition))), number))
    if all(condition != TRUE for _, condition in groups):
        number = _reason(
            context, "no_group", "不属于方案中的任何分组。", "Belongs to no group of the scheme."
        )
        cases.append((negate(known(ref(GROUP))), number))
    return cases


def flag_undecided(context: Context, condition: Expr, what: str) -> None:
    """A remark where a condition can't be decided on; it is then taken as not fulfilled."""
    if not any(isinstance(node, Ref) for node in walk(condition)):
        return
    column = context.define(context.serial("undecided"), negate(known(condition)), "boolean")
    context.program.flags.append(Flag(f"undecided:{what}", column.name))


def item_failures(
    context: Context, group: str, items: list[BuiltItem]
) -> list[tuple[Expr, float]]:
    """Rows that a ``fail`` rule takes out, each with the item and what is wrong with it."""
    words = {
        "missing": ("缺少数据", "has no figure"),
        "zero": ("为 0", "is 0"),
        "negative": ("为负", "is negative"),
        "no_benchmark": ("没有可用的标杆值", "has no benchmark"),
        "false": ("被认定为不实数据", "was found to be false"),
    }
    cases: list[tuple[Expr, float]] = []
    for built in items:
        for condition, state in built.fails:
            zh, en = words[state]
            name = built.columns.name
            number = _reason(
                context,
                f"fail:{built.columns.item}:{state}",
                f"“{name}”{zh}，方案规定不予评价；请核实后重报。",
                f"“{name}” {en}, and the scheme then does not evaluate the subject.",
            )
            cases.append((both(eq(ref(GROUP), Const(group, "text")), condition), number))
    return cases


def build_status(context: Context, cases: list[tuple[Expr, float]]) -> Expr:
    """The status column: 0 takes part, otherwise the number of the reason."""
    if context.program.history:
        absent = negate(ref(CURRENT))
        cases = [(absent, NOT_THIS_PERIOD), *cases]
    if not cases:
        return TRUE
    context.define(STATUS, choose(list(cases), 0.0))
    return eq(ref(STATUS), 0)


def build_classes(context: Context, takes_part: Expr) -> None:
    """Unrated classes, cancelling vetoes and tenants; then who is rated and who is scored."""
    population = context.scheme.population
    classes: list[tuple[Expr, float]] = []
    unscored: list[Expr] = []
    for index, unrated in enumerate(population.unrated):
        condition = context.condition(unrated.when, f"population.unrated[{index}].when")
        if condition is None:
            continue
        context.program.unrated.append(
            Reason(unrated.unrated_class, unrated.reason, unrated.reason)
        )
        number = float(len(context.program.unrated))
        classes.append((surely(condition), number))
        flag_undecided(context, condition, unrated.unrated_class)
        if not unrated.scored:
            unscored.append(eq(ref(CLASS), number))
    if population.inherit is not None:
        condition = context.condition(population.inherit.when, "population.inherit.when")
        landlord = context.symbols.get(population.inherit.landlord)
        if landlord is None or landlord.code not in context.fields:
            context.faults.append(
                Fault(
                    "unknown_field",
                    f"“{population.inherit.landlord}”不是数据字段，无法据此找出租方。",
                    f"“{population.inherit.landlord}” is not a field of the data.",
                    path="population.inherit.landlord",
                )
            )
        elif condition is not None:
            context.program.landlord = context.note_input(landlord.code)
            column = context.define("_inherits", both(takes_part, surely(condition)), "boolean")
            context.program.unrated.append(
                Reason("inherit", population.inherit.reason, population.inherit.reason)
            )
            classes.append((column, float(len(context.program.unrated))))
    if classes:
        context.define(CLASS, choose(list(classes), 0.0))
    cancelled = _cancelled(context)
    unclassed = eq(ref(CLASS), 0) if classes else TRUE
    context.define(RATED, both(takes_part, unclassed, negate(cancelled)), "boolean")
    kept = [negate(condition) for condition in unscored]
    context.define(SCORED, both(takes_part, negate(cancelled), *kept), "boolean")


def _cancelled(context: Context) -> Expr:
    """Whether a veto cancels the evaluation."""
    result: Expr = Const(False, "boolean")
    for index, veto in enumerate(context.scheme.vetoes):
        if veto.effect != "cancel":
            continue
        condition = context.condition(veto.when, f"vetoes[{index}].when")
        if condition is None:
            continue
        column = context.define(f"_veto/{veto.code}", surely(condition), "boolean")
        flag_undecided(context, condition, veto.code)
        context.program.adjustments.append(
            AdjustmentColumns(veto.code, veto.name, "veto", column.name, veto.effect, condition)
        )
        result = column if result == Const(False, "boolean") else Binary("or", result, column)
    return result
