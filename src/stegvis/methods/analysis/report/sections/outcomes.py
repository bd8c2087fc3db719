"""Outcomes: the primary ones in full, the secondary ones in two tables, each interval in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stegvis.methods.analysis.analyses.attempts import arm_id
from stegvis.methods.analysis.analyses.outcomes import STANDARDISED, p_method
from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.plan import LOWER, PRIMARY, SECONDARY, Estimand, Outcome
from stegvis.methods.analysis.report import figures
from stegvis.methods.analysis.report.blocks import (
    Block,
    Cell,
    Facts,
    Figures,
    Heading,
    Paragraph,
    Plain,
    Row,
    Said,
    Section,
    Table,
)
from stegvis.methods.analysis.report.printer import Printer


def primary(printer: Printer) -> Section:
    """Each primary outcome with its description, every planned comparison, and two figures."""
    t = printer.t
    blocks: list[Block] = []
    for estimand in printer.plan.estimands:
        blocks += _estimand(printer, estimand)
    for outcome in printer.plan.of_kind(PRIMARY):
        blocks.append(Heading(f"outcome-{outcome.code}", printer.outcome(outcome)))
        blocks.append(Paragraph(_conventions(printer, outcome)))
        blocks.append(Plain(tuple(map(Said, plain(printer, outcome))), t("plain.title")))
        drawn = [figures.means(printer, outcome), figures.changes(printer, outcome)]
        blocks.append(Figures(tuple(figure for figure in drawn if figure is not None)))
        blocks.append(_described(printer, outcome))
        blocks += [_compared(printer, outcome, contrast) for contrast in printer.contrasts()]
    blocks += _multiplicity(printer)
    return Section("primary", t("outcome.primary_title"), tuple(blocks))


def secondary(printer: Printer) -> Section:
    """The secondary outcomes side by side."""
    t = printer.t
    outcomes = printer.plan.of_kind(SECONDARY)
    blocks: list[Block] = []
    if printer.contrasts():
        blocks.append(Paragraph(t("outcome.exploratory")))
    said = [one for outcome in outcomes for one in in_brief(printer, outcome)]
    lead = [Said(t("plain.brief_lead", level=printer.level))] if printer.contrasts() else []
    blocks.append(Plain((*lead, *said), t("plain.title")))
    for contrast in printer.contrasts():
        figure = figures.forest(printer, contrast)
        if figure is not None:
            blocks += [figure, Paragraph(t("outcome.forest_note", arm=printer.arm(contrast[0])))]
    blocks.append(_secondary_described(printer, outcomes))
    blocks += [_secondary_compared(printer, outcomes, contrast) for contrast in printer.contrasts()]
    return Section("secondary", t("outcome.secondary_title"), tuple(blocks))


def in_brief(printer: Printer, outcome: Outcome) -> Iterator[Said]:
    """One short sentence for each interval, for a list of many outcomes."""
    lead = printer.t("short.lead_outcome", outcome=printer.outcome(outcome))
    if not printer.contrasts():
        yield from (Said(sentence, lead) for sentence in _plain_pooled(printer, outcome))
    for contrast in printer.contrasts():
        found = printer.findings[f"{outcome.code}.change.pooled_t.{printer.key(contrast)}"]
        if found.refusal is not None:
            yield Said(printer.t("plain.not_estimable", why=printer.why_not(found.refusal)), lead)
            continue
        sentences = [_plain_reading(printer, outcome, contrast, found, "brief_")]
        sentences += _plain_mcid(printer, printer.compared(outcome), contrast, found, "brief_")
        yield Said(" ".join(sentences), lead)


def in_short(printer: Printer, outcome: Outcome) -> Iterator[Said]:
    """The same for a list of outcomes: each begins with its name."""
    for place, sentence in enumerate(plain(printer, outcome, brief=True)):
        yield Said(sentence, printer.t("short.lead_outcome", outcome=printer.outcome(outcome)) if place == 0 else "")


def plain(printer: Printer, outcome: Outcome, *, brief: bool = False) -> Iterator[str]:
    """What the intervals of an outcome mean, in sentences; `brief` leaves out on whom they rest."""
    if not printer.contrasts():
        yield from _plain_pooled(printer, outcome)
    for contrast in printer.contrasts():
        found = printer.findings[f"{outcome.code}.change.pooled_t.{printer.key(contrast)}"]
        if found.refusal is not None:
            why = printer.why_not(found.refusal)
            yield printer.t("plain.not_estimable", why=why)
            continue
        sentences = [
            _plain_change(printer, outcome, contrast, found),
            _plain_reading(printer, outcome, contrast, found),
        ]
        sentences += _plain_mcid(printer, printer.compared(outcome), contrast, found, with_source=not brief)
        if not brief:
            n = sum(found.n.values())
            everyone = sum(len(printer.trial.people_in(arm)) for arm in contrast)
            sentences.append(printer.t("plain.who", n=n, all=everyone))
        yield " ".join(sentences)


def _plain_pooled(printer: Printer, outcome: Outcome) -> Iterator[str]:
    found = printer.findings[f"{outcome.code}.change.all"]
    if found.refusal is not None or found.get("low") is None:
        why = printer.why_not(found.refusal) if found.refusal else printer.t("refusal.too_few")
        yield printer.t("plain.not_estimable", why=why)
        return
    yield printer.t(
        "plain.pooled_change",
        estimate=printer.t.signed(found["estimate"], outcome.decimals),
        unit=printer.t.of(outcome.unit),
        n=next(iter(found.n.values())),
        level=printer.level,
        low=printer.t.signed(found["low"], outcome.decimals),
        high=printer.t.signed(found["high"], outcome.decimals),
    )


def _plain_change(printer: Printer, outcome: Outcome, contrast: tuple[str, str], found: Finding) -> str:
    first, second = (printer.findings[f"{outcome.code}.change.{arm}"] for arm in contrast)
    t, compared = printer.t, printer.compared(outcome)
    sentence = t(
        "plain.changes" if outcome.transformation is None else "plain.changes_on_scale",
        first=t.signed(first["mean"], outcome.decimals),
        second=t.signed(second["mean"], outcome.decimals),
        arm=printer.arm(contrast[0]),
        reference=printer.arm(contrast[1]),
        estimate=t.signed(found["estimate"], compared.decimals),
        unit=t.of(outcome.unit),
        scale=t.of(compared.unit),
        level=printer.level,
        low=t.signed(found["low"], compared.decimals),
        high=t.signed(found["high"], compared.decimals),
    )
    if found.get("ratio") is None:
        return sentence
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    words |= {"what": printer.what_is_compared(outcome), "ratio": printer.ratio(found.id)}
    return f"{sentence} {t('plain.turned_back', **words)}"


def advantage(outcome: Outcome, found: Finding) -> tuple[float, float]:
    """The interval as an advantage of the compared arm, the smallest first: turned round when lower is better."""
    if outcome.better == LOWER:
        return -found["high"], -found["low"]
    return found["low"], found["high"]


def _plain_reading(
    printer: Printer, outcome: Outcome, contrast: tuple[str, str], found: Finding, style: str = ""
) -> str:
    """On which side the interval lies, in points of advantage; `style` chooses the long or the short sentence."""
    if found.get("ratio") is not None:
        return _ratio_reading(printer, outcome, contrast, found)
    compared = printer.compared(outcome)
    least, most = advantage(outcome, found)
    t, decimals, unit = printer.t, compared.decimals, printer.t.of(compared.unit)
    arm, reference = printer.arm(contrast[0]), printer.arm(contrast[1])
    if least > 0 or most < 0:
        better, near, far = (arm, least, most) if least > 0 else (reference, -most, -least)
        numbers = {"least": t.number(near, decimals), "most": t.number(far, decimals)}
        return t(f"plain.{style}favours", arm=better, unit=unit, **numbers)
    sides = {"first": t.number(most, decimals), "second": t.number(-least, decimals)}
    return t(f"plain.{style}both", arm=arm, reference=reference, unit=unit, **sides)


def _ratio_reading(printer: Printer, outcome: Outcome, contrast: tuple[str, str], found: Finding) -> str:
    """How much lower or higher the interval of a ratio lets the values of the compared arm be, and whom that favours."""
    t, (arm, reference) = printer.t, (printer.arm(one) for one in contrast)
    words = {"arm": arm, "reference": reference, "what": printer.what_is_compared(outcome)}
    low, high = found["ratio_low"] - 1, found["ratio_high"] - 1
    if low <= 0 <= high:
        return t("plain.ratio_both", lower=t.percent(-low), higher=t.percent(high), **words)
    is_lower = high < 0
    least, most = sorted((abs(low), abs(high)))
    better = arm if is_lower == (outcome.better == LOWER) else reference
    key = "plain.ratio_lower" if is_lower else "plain.ratio_higher"
    return t(key, least=t.percent(least), most=t.percent(most), better=better, **words)


def _plain_mcid(
    printer: Printer,
    outcome: Outcome,
    contrast: tuple[str, str],
    found: Finding,
    style: str = "mcid_",
    *,
    with_source: bool = True,
) -> list[str]:
    """Where the smallest difference that matters lies against the interval."""
    if outcome.mcid is None:
        return []
    least, most = advantage(outcome, found)
    mcid = outcome.mcid.points
    place = "beyond" if least >= mcid else "inside" if most >= mcid else "excluded"
    facts = {
        "mcid": printer.t.number(mcid, 0 if float(mcid).is_integer() else outcome.decimals),
        "unit": printer.t.of(outcome.unit),
        "source": f" ({printer.t.of(outcome.mcid.source)})" if with_source else "",
        "arm": printer.arm(contrast[0]),
    }
    return [printer.t(f"plain.{style}{place}", **facts)]


def _estimand(printer: Printer, estimand: Estimand) -> list[Block]:
    """The estimand by its five attributes."""
    t = printer.t
    analysis_set = next(one for one in printer.plan.analysis_sets if one.code == estimand.analysis_set)
    events = "; ".join(
        t("estimand.strategy", event=t.of(one.event), strategy=t(f"estimand.{one.strategy}"))
        for one in estimand.intercurrent_events
    )
    items = (
        (t("estimand.question"), t.of(estimand.question)),
        (t("estimand.population"), t.of(estimand.population)),
        (t("estimand.treatments"), t.of(estimand.treatments)),
        (t("estimand.variable"), t.of(estimand.variable)),
        (t("estimand.events"), events or t("estimand.none")),
        (t("estimand.summary"), t.of(estimand.summary)),
        (t("estimand.set"), t.of(analysis_set.label)),
    )
    return [Heading(f"estimand-{estimand.code}", f"{t('estimand.title')} ({estimand.code})"), Facts(items)]


def _conventions(printer: Printer, outcome: Outcome) -> str:
    t = printer.t
    contrasts = printer.contrasts()
    contrast = contrasts[0] if len(contrasts) == 1 else None
    decimals = 0 if float(outcome.maximum).is_integer() and float(outcome.minimum).is_integer() else outcome.decimals
    scale = t(
        "outcome.range",
        minimum=t.number(outcome.minimum, decimals),
        maximum=t.number(outcome.maximum, decimals),
        unit=t.of(outcome.unit),
    )
    if contrast:
        words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
        convention = t("outcome.convention", **_occasions(printer), **words)
    else:
        convention = t("outcome.convention_pooled", **_occasions(printer))
    return f"{scale} {convention} {printer.direction(outcome, contrast)}"


def _occasions(printer: Printer) -> dict[str, str]:
    baseline, main = printer.occasion(printer.plan.baseline), printer.main_occasion
    return {"baseline": printer.in_sentence(baseline), "occasion": printer.in_sentence(main)}


def _described(printer: Printer, outcome: Outcome) -> Table:
    t, code = printer.t, outcome.code
    heads = [t("outcome.arm")]
    for occasion in printer.plan.occasions:
        label = t.of(occasion.label)
        heads += [t("outcome.n_at", occasion=label), t("outcome.mean_sd_at", occasion=label)]
    heads += [t("outcome.n_both"), t("outcome.change"), t("outcome.change_interval", level=printer.level)]
    rows, used = [], []
    for arm in printer.trial.arms:
        cells: list[Cell] = []
        for occasion in printer.plan.occasions:
            identifier = f"{code}.{occasion.code}.{arm_id(arm)}"
            cells += [printer.n_of(identifier), printer.mean_sd(identifier, outcome.decimals)]
            used.append(identifier)
        change = f"{code}.change.{arm_id(arm)}"
        cells += [printer.n_of(change), printer.mean_sd(change, outcome.decimals)]
        cells.append(printer.with_interval(change, outcome.decimals))
        rows.append(Row(Cell(printer.arm(arm)), tuple(cells)))
    caption = t("outcome.described", outcome=printer.outcome(outcome))
    return Table(f"{code}-described", caption, tuple(heads), tuple(rows), printer.refusals(used))


def _compared(printer: Printer, outcome: Outcome, contrast: tuple[str, str]) -> Table:
    t = printer.t
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    ancova = f"ancova_{printer.plan.methods.errors.lower()}"
    mann_whitney = "mann_whitney_continuity" if printer.plan.methods.continuity else "mann_whitney"
    methods = ["pooled_t", "welch_t", ancova, "hodges_lehmann", "cohen_d", "hedges_g", "superiority", mann_whitney]
    if f"{outcome.code}.change.mann_whitney_exact.{printer.key(contrast)}" in printer.findings:
        methods.append("mann_whitney_exact")
    identifiers = [f"{outcome.code}.change.{method}.{printer.key(contrast)}" for method in methods]
    rows = [_comparison(printer, outcome, identifier) for identifier in identifiers]
    columns = (
        t("outcome.method"),
        f"{t('outcome.n_arms')} ({words['arm']} / {words['reference']})",
        t("outcome.estimate"),
        t("outcome.interval", level=printer.level),
        t("outcome.statistic"),
        t("outcome.p"),
    )
    scale = printer.scale_notes(outcome, contrast)
    notes = (printer.direction(outcome, contrast), *scale, t("outcome.p_differ"), *printer.refusals(identifiers))
    caption = t("outcome.compared", outcome=printer.outcome(printer.compared(outcome)), **words)
    name = f"{outcome.code}-compared" + ("" if len(printer.contrasts()) == 1 else f"-{printer.key(contrast)}")
    return Table(name, caption, columns, tuple(rows), notes)


def _comparison(printer: Printer, outcome: Outcome, identifier: str) -> Row:
    found = printer.findings[identifier]
    decimals = 2 if found.method in STANDARDISED else printer.compared(outcome).decimals
    signed = found.method != "superiority"
    blank = _blank(printer, identifier)
    cells = (
        printer.number(identifier, "estimate", decimals, signed=signed) if found.get("estimate") is not None else blank,
        printer.interval(identifier, decimals) if found.get("low") is not None else blank,
    )
    return Row(
        Cell(printer.method(found.method)),
        (
            printer.n_of(identifier),
            *printer.with_ratio(identifier, *cells),
            printer.cell(identifier, _statistic(printer, found)),
            printer.p(identifier) if found.get("p") is not None else blank,
        ),
    )


def _blank(printer: Printer, identifier: str) -> Cell:
    """Nothing where a method has no such number; `not estimable` where it should have had one."""
    return printer.cell(identifier, "")


def _statistic(printer: Printer, found: Finding) -> str:
    statistic, df = found.get("statistic"), found.get("df")
    if found.method.startswith("mann_whitney"):
        value = found.get("u")
        u = printer.t.number(value, 0 if value is None or float(value).is_integer() else 1)
        return f"U = {u}" if found.method == "mann_whitney_exact" else f"U = {u}, z = {printer.t.number(statistic, 2)}"
    if statistic is None or df is None:
        return ""
    decimals = 0 if float(df).is_integer() else 1
    return f"t({printer.t.number(df, decimals)}) = {printer.t.number(statistic, 2)}"


def _multiplicity(printer: Printer) -> list[Block]:
    if not printer.contrasts():
        return []
    rule = printer.plan.methods.multiplicity
    if rule == "both_needed":
        return [Paragraph(printer.t("outcome.both_needed_note"))]
    adjusted = [one for one in printer.findings.of(PRIMARY) if one.method == rule]
    refusals = tuple(map(Paragraph, printer.refusals([one.id for one in adjusted])))
    adjusted = [one for one in adjusted if one.refusal is None]
    if not adjusted:
        return list(refusals)
    parts = "; ".join(
        printer.t("outcome.adjusted_part", outcome=_tested(printer, one), p=printer.t.p_equals(one["p"]))
        for one in adjusted
    )
    tests = printer.t.whole(adjusted[0]["tests"])
    method = printer.method(p_method(printer.trial))
    return [
        Paragraph(
            printer.t("outcome.adjusted_note", rule=printer.method(rule), tests=tests, method=method, parts=parts)
        )
    ]


def _tested(printer: Printer, one: Finding) -> str:
    label = printer.outcome(printer.plan.outcome(one.outcome or ""))
    if len(printer.contrasts()) == 1:
        return label
    return f"{label} ({printer.arm(one.arms[0])} / {printer.arm(one.arms[1])})"


def _secondary_described(printer: Printer, outcomes: tuple[Outcome, ...]) -> Table:
    t, plan = printer.t, printer.plan
    columns = (
        t("outcome.outcome"),
        t("outcome.mean_sd_at", occasion=printer.occasion(plan.baseline)),
        t("outcome.mean_sd_at", occasion=printer.main_occasion),
        t("outcome.n_both"),
        t("outcome.change"),
    )
    rows, used = [], []
    for outcome in outcomes:
        better = t("outcome.lower_short" if outcome.better == LOWER else "outcome.higher_short")
        empty = tuple(Cell("") for _ in columns[1:])
        rows.append(Row(Cell(printer.outcome(outcome), small=better), empty, group=True))
        for arm in printer.trial.arms:
            at = [f"{outcome.code}.{occasion}.{arm_id(arm)}" for occasion in (plan.baseline, plan.main_occasion)]
            change = f"{outcome.code}.change.{arm_id(arm)}"
            used += [*at, change]
            cells = [_mean_sd_n(printer, one, outcome.decimals) for one in at]
            cells += [printer.n_of(change), printer.mean_sd(change, outcome.decimals)]
            rows.append(Row(Cell(printer.arm(arm)), tuple(cells), depth=1))
    return Table("secondary-described", t("outcome.secondary_described"), columns, tuple(rows), printer.refusals(used))


def _mean_sd_n(printer: Printer, identifier: str, decimals: int) -> Cell:
    cell = printer.mean_sd(identifier, decimals)
    n = next(iter(printer.findings[identifier].n.values()))
    return Cell(cell.text, cell.finding, f"n = {n}")


def _secondary_compared(printer: Printer, outcomes: tuple[Outcome, ...], contrast: tuple[str, str]) -> Table:
    t = printer.t
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    ancova = f"ancova_{printer.plan.methods.errors.lower()}"
    mann_whitney = "mann_whitney_continuity" if printer.plan.methods.continuity else "mann_whitney"
    columns = (
        t("outcome.outcome"),
        f"{t('outcome.n_arms')} ({words['arm']} / {words['reference']})",
        t("outcome.difference", level=printer.level),
        t("outcome.p_t"),
        t("outcome.adjusted", level=printer.level),
        t("outcome.p_ancova"),
        t("outcome.effect", level=printer.level),
        t("outcome.p_mw"),
    )
    rows: list[Row] = []
    used: list[str] = []
    scale: tuple[str, ...] = ()
    for outcome in outcomes:
        own = {
            method: f"{outcome.code}.change.{method}.{printer.key(contrast)}"
            for method in ("pooled_t", ancova, "hedges_g", mann_whitney)
        }
        used += own.values()
        decimals = printer.compared(outcome).decimals
        scale += printer.scale_notes(outcome, contrast)
        cells = (
            printer.n_of(own["pooled_t"]),
            replace(printer.with_interval(own["pooled_t"], decimals), small=printer.ratio(own["pooled_t"])),
            printer.p(own["pooled_t"]),
            replace(printer.with_interval(own[ancova], decimals), small=printer.ratio(own[ancova])),
            printer.p(own[ancova]),
            printer.with_interval(own["hedges_g"], 2),
            printer.p(own[mann_whitney]),
        )
        better = t("outcome.lower_short" if outcome.better == LOWER else "outcome.higher_short")
        rows.append(Row(Cell(printer.outcome(outcome), small=better), cells))
    notes = (t("outcome.convention", **_occasions(printer), **words), *scale, t("outcome.p_differ"))
    name = "secondary-compared" + ("" if len(printer.contrasts()) == 1 else f"-{printer.key(contrast)}")
    caption = t("outcome.secondary_compared", **words)
    return Table(name, caption, columns, tuple(rows), (*notes, *printer.refusals(used)))
