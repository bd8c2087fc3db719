"""Missing: how many values are missing, where, in which pattern, and from whom."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.attempts import ALL, arm_id
from stegvis.methods.analysis.analyses.missing import NO, OPEN, YES, patterns, predictors
from stegvis.methods.analysis.plan import PRIMARY, Outcome
from stegvis.methods.analysis.report.blocks import Block, Cell, Paragraph, Plain, Row, Said, Section, Table
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections import guessing


def section(printer: Printer) -> Section:
    """Counts, patterns, and baseline of those with and without a value."""
    t = printer.t
    sentences = [sentence for one in printer.plan.of_kind(PRIMARY) for sentence in plain(printer, one)]
    blocks: tuple[Block, ...] = (
        Paragraph(t("missing.lead")),
        Plain(tuple(map(Said, sentences)), t("plain.title")),
        _by_outcome(printer),
        _patterns(printer),
        _compare(printer),
        _predictors(printer),
        *_unmaskings(printer),
        *guessing.tables(printer),
    )
    return Section("missing", t("missing.title"), blocks)


def plain(printer: Printer, outcome: Outcome) -> Iterator[str]:
    """How much is missing, and how much more in one arm."""
    t = printer.t
    found = [printer.found(f"missing.{outcome.code}.{arm_id(arm)}") for arm in printer.trial.arms]
    known = [one for one in found if one is not None]
    n = sum(sum(one.n.values()) for one in known)
    if not n:
        return
    missing = sum(int(one["events"]) for one in known)
    sentence = t(
        "missing.plain",
        outcome=printer.in_sentence(printer.outcome(outcome)),
        missing=missing,
        n=n,
        percent=t.percent(missing / n),
    )
    for contrast in printer.contrasts():
        difference = printer.found(f"missing.{outcome.code}.difference.{printer.key(contrast)}")
        if difference is not None:
            sentence += " " + t(
                "missing.plain_difference",
                estimate=t.signed(100 * difference["estimate"]),
                low=t.signed(100 * difference["low"]),
                high=t.signed(100 * difference["high"]),
                arm=printer.arm(contrast[0]),
                reference=printer.arm(contrast[1]),
                level=printer.level,
            )
    yield sentence


def _unmaskings(printer: Printer) -> Iterator[Table]:
    """How often an outcome assessor came to know or guess an arm; by arm where the report knows arms."""
    t = printer.t
    found = {arm: f"unmasking.{arm_id(arm)}" for arm in printer.trial.arms if arm}
    by_arm = {arm: one for arm, one in found.items() if printer.found(one) is not None}
    shown = {t("unmasking.all"): f"unmasking.{ALL}"} | {printer.arm(arm): one for arm, one in by_arm.items()}
    if printer.found(f"unmasking.{ALL}") is None:
        return
    rows = [_unmasking_row(printer, "events", list(shown.values()))]
    rows += [_unmasking_row(printer, name, list(shown.values())) for name in ("guessed", "right") if by_arm]
    notes = () if by_arm else (t("unmasking.pooled"),)
    yield Table("unmaskings", t("unmasking.table"), (t("unmasking.column"), *shown), tuple(rows), notes)


def _unmasking_row(printer: Printer, name: str, identifiers: list[str]) -> Row:
    known = [(one, printer.findings[one].get(name)) for one in identifiers]
    cells = [Cell("" if value is None else printer.t.whole(value), one) for one, value in known]
    return Row(Cell(printer.t(f"unmasking.{name}")), tuple(cells))


def _by_outcome(printer: Printer) -> Table:
    t = printer.t
    columns = [t("missing.column"), *(t("missing.head", arm=printer.arm(arm)) for arm in printer.trial.arms)]
    for contrast in printer.contrasts():
        words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
        columns.append(t("missing.difference", level=printer.level, **words))
    rows = []
    for outcome in printer.plan.outcomes:
        cells = [_share(printer, f"missing.{outcome.code}.{arm_id(arm)}") for arm in printer.trial.arms]
        for contrast in printer.contrasts():
            identifier = f"missing.{outcome.code}.difference.{printer.key(contrast)}"
            found = printer.found(identifier)
            text = ""
            if found is not None:
                interval = t.interval(100 * found["low"], 100 * found["high"])
                number = t("missing.points", number=t.signed(100 * found["estimate"]))
                text = f"{number} ({interval})"
            cells.append(printer.cell(identifier, text))
        rows.append(Row(Cell(printer.outcome(outcome)), tuple(cells)))
    return Table("missing", t("missing.table"), tuple(columns), tuple(rows))


def _share(printer: Printer, identifier: str) -> Cell:
    cell = printer.share(identifier)
    return Cell(cell.text, cell.finding)


def _patterns(printer: Printer) -> Table:
    t = printer.t
    counts = patterns(printer.trial)
    every = sorted({pattern for found in counts.values() for pattern in found}, reverse=True)
    words = {YES: t("missing.yes"), NO: t("missing.no"), OPEN: t("missing.open")}
    columns = (*(t.of(one.label) for one in printer.plan.occasions), *(printer.arm(arm) for arm in printer.trial.arms))
    rows = []
    for pattern in every:
        marks = [Cell(words[mark], numeric=False) for mark in pattern]
        cells = [
            Cell(str(counts[arm][pattern]), f"missing.pattern.{pattern}.{arm_id(arm)}") for arm in printer.trial.arms
        ]
        rows.append(Row(marks[0], (*marks[1:], *cells)))
    return Table("missing-patterns", t("missing.patterns"), columns, tuple(rows))


def _compare(printer: Printer) -> Table:
    t = printer.t
    columns = (
        t("missing.compare_column"),
        t("missing.with"),
        t("missing.without"),
        t("missing.balance"),
    )
    rows, used = [], []
    for outcome in printer.plan.of_kind(PRIMARY):
        stem = f"missing.{outcome.code}.baseline"
        used += [f"{stem}.{one}" for one in ("present", "absent", "balance")]
        cells = [_with_n(printer, f"{stem}.{one}", outcome.decimals) for one in ("present", "absent")]
        rows.append(Row(Cell(printer.outcome(outcome)), (*cells, printer.number(f"{stem}.balance", "estimate", 2))))
    caption = t("missing.compare", occasion=printer.main_occasion)
    return Table("missing-compared", caption, columns, tuple(rows), printer.refusals(used))


def _predictors(printer: Printer) -> Table:
    """What goes with having no value: odds ratios, each adjusted for the others in its column."""
    t, primary = printer.t, printer.plan.of_kind(PRIMARY)
    columns = (t("missing.predictor_column"), *(printer.outcome(one) for one in primary))
    stems = [f"missing.{one.code}.predictor" for one in primary]
    names = predictors(printer.trial)
    rows = [
        Row(Cell(predictor_label(printer, name)), tuple(_odds(printer, f"{stem}.{name}") for stem in stems))
        for name in names
    ]
    notes = (t("missing.predictors_note"), *printer.refusals([f"{stem}.{name}" for stem in stems for name in names]))
    caption = t("missing.predictors", occasion=printer.main_occasion, level=printer.level)
    return Table("missing-predictors", caption, columns, tuple(rows), notes)


def predictor_label(printer: Printer, name: str) -> str:
    """What a predictor of `analyses.missing` is called."""
    kind, _, code = name.partition(".")
    if kind == "arm":
        return printer.t("missing.predictor_arm", arm=printer.arm(code))
    if kind == "column":
        label = next(printer.t.of(one.label) for one in printer.plan.characteristics if one.column == code)
    else:
        label = next(printer.outcome(one) for one in printer.plan.outcomes if one.code == code)
    return printer.t("missing.predictor_sd", label=label)


def _odds(printer: Printer, identifier: str) -> Cell:
    t, found = printer.t, printer.found(identifier)
    if found is None:
        return printer.cell(identifier, "")
    return Cell(
        f"{t.number(found['odds_ratio'], 2)} ({t.interval(found['odds_low'], found['odds_high'], 2)})", identifier
    )


def _with_n(printer: Printer, identifier: str, decimals: int) -> Cell:
    cell = printer.mean_sd(identifier, decimals)
    n = next(iter(printer.findings[identifier].n.values()))
    return Cell(cell.text, cell.finding, f"n = {n}")
