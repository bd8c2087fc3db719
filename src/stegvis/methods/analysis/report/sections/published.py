"""Published: what the paper reports beside what is here, the same instrument only, each P with its test."""

from __future__ import annotations

from stegvis.methods.analysis.analyses.attempts import arm_id
from stegvis.methods.analysis.analyses.goals import OBSERVED
from stegvis.methods.analysis.analyses.published import stands_beside
from stegvis.methods.analysis.flow import ANSWERED
from stegvis.methods.analysis.plan import Outcome, Published, PublishedOutcome
from stegvis.methods.analysis.report.blocks import Block, Cell, Note, Paragraph, Row, Section, Table
from stegvis.methods.analysis.report.catalogue import DASH
from stegvis.methods.analysis.report.printer import Printer


def section(printer: Printer, published: Published) -> Section:
    """The comparison; a note instead when the arms may not be named or are more than two."""
    t = printer.t
    if not printer.unblinded or len(printer.contrasts()) != 1:
        return Section("published", t("published.title"), (Note(t("published.not_shown")),))
    blocks: list[Block] = []
    if printer.trial.extract.about.made_up:
        blocks.append(Note(t("published.made_up")))
    blocks.append(Paragraph(t("published.lead", citation=t.of(published.citation))))
    blocks += [Note(t.of(note)) for note in published.notes]
    contrast = printer.contrasts()[0]
    blocks += [_outcomes(printer, contrast), _others(printer, published, contrast)]
    return Section("published", t("published.title"), tuple(blocks))


def _outcomes(printer: Printer, contrast: tuple[str, str]) -> Table:
    t = printer.t
    columns = (
        t("published.column"),
        f"{t('published.n')} ({printer.arm(contrast[0])} / {printer.arm(contrast[1])})",
        t("published.difference", level=printer.level),
        t("published.effect"),
        t("published.sd"),
        t("published.p_printed"),
        t("published.p_mw"),
        t("published.p_t"),
    )
    rows, notes = [], [t("published.implied_note")]
    for outcome in printer.plan.outcomes:
        if outcome.published is None:
            continue
        if not stands_beside(outcome):
            notes.append(t("published.other_instrument", outcome=printer.outcome(outcome)))
            continue
        empty = tuple(Cell("") for _ in columns[1:])
        rows.append(Row(Cell(printer.outcome(outcome)), empty, group=True))
        rows += [_paper(printer, outcome, outcome.published, contrast), _here(printer, outcome, contrast)]
    return Table("published", t("published.table"), columns, tuple(rows), tuple(notes))


def _paper(printer: Printer, outcome: Outcome, paper: PublishedOutcome, contrast: tuple[str, str]) -> Row:
    t, decimals = printer.t, outcome.decimals
    implied = f"published.{outcome.code}.implied"
    first, second = paper.n[contrast[0]], paper.n[contrast[1]]
    n = t("published.n_assumed", first=first, second=second) if paper.n_assumed else f"{first} / {second}"
    difference = f"{t.signed(paper.estimate, decimals)} ({t.interval(paper.low, paper.high, decimals)})"
    effect = DASH if paper.effect_size is None else t.number(paper.effect_size, 2)
    found = printer.findings[implied]
    return Row(
        Cell(t("published.paper")),
        (
            Cell(n),
            Cell(difference, implied),
            Cell(effect, implied, t("published.implied", number=t.number(found["d"], 2))),
            Cell(t("published.implied", number=t.number(found["sd"], decimals)), implied),
            Cell(t.p(paper.p)),
            Cell(""),
            Cell(t("published.implied", number=t.p(found["p"])), implied),
        ),
        depth=1,
    )


def _here(printer: Printer, outcome: Outcome, contrast: tuple[str, str]) -> Row:
    stem, end, decimals = f"{outcome.code}.change", printer.key(contrast), outcome.decimals
    rank = "mann_whitney_continuity" if printer.plan.methods.continuity else "mann_whitney"
    return Row(
        Cell(printer.t("published.here")),
        (
            printer.n_of(f"{stem}.pooled_t.{end}"),
            printer.with_interval(f"{stem}.pooled_t.{end}", decimals),
            printer.number(f"{stem}.cohen_d.{end}", "estimate", 2),
            _pooled_sd(printer, outcome, contrast),
            Cell(""),
            printer.p(f"{stem}.{rank}.{end}"),
            printer.p(f"{stem}.pooled_t.{end}"),
        ),
        depth=1,
    )


def _pooled_sd(printer: Printer, outcome: Outcome, contrast: tuple[str, str]) -> Cell:
    """The SD that the pooled t divides by: se / √(1/n1 + 1/n0)."""
    identifier = f"{outcome.code}.change.pooled_t.{printer.key(contrast)}"
    found = printer.found(identifier)
    if found is None:
        return printer.cell(identifier, "")
    n1, n0 = (found.n[arm] for arm in contrast)
    return Cell(printer.t.number(found["se"] / (1 / n1 + 1 / n0) ** 0.5, outcome.decimals), identifier)


def _others(printer: Printer, published: Published, contrast: tuple[str, str]) -> Table:
    """Retention, adherence and goals."""
    t = printer.t
    rows = [*_retention(printer, published, contrast), *_adherence(printer), *_goals(printer, contrast)]
    columns = (t("published.what"), t("published.paper"), t("published.here"))
    return Table("published-others", t("published.retention"), columns, tuple(rows))


def _retention(printer: Printer, published: Published, contrast: tuple[str, str]) -> list[Row]:
    if published.retention is None:
        return []
    t, flow = printer.t, printer.trial.flow
    arms = " / ".join(printer.arm(arm) for arm in contrast)
    theirs = published.retention.randomised
    everyone = sum(theirs.values())
    allocated = {arm.arm: arm for arm in flow.arms}
    answered = sum(arm.fates[ANSWERED] for arm in flow.arms)
    return [
        Row(
            Cell(t("published.randomised", arms=arms)),
            (
                Cell(" / ".join(str(theirs[arm]) for arm in contrast)),
                Cell(" / ".join(str(allocated[arm].allocated) for arm in contrast), "flow.people"),
            ),
        ),
        Row(
            Cell(t("published.answered", occasion=printer.main_occasion)),
            (
                Cell(_of(printer, published.retention.answered, everyone)),
                Cell(_of(printer, answered, flow.randomised), "flow.people"),
            ),
        ),
    ]


def _adherence(printer: Printer) -> list[Row]:
    plan = printer.plan.adherence
    if plan is None or plan.published is None:
        return []
    paper = plan.published
    offered = next(one for one in printer.plan.treatments if one.code == plan.treatment)
    rows = []
    for arm in offered.arms:
        for base, key, n in (
            ("started", "finished", paper.started),
            ("randomised", "finished_all", paper.randomised),
        ):
            identifier = f"adherence.finished_all.{base}.{arm_id(arm)}"
            found = printer.found(identifier)
            if found is None:
                continue
            here = _of(printer, int(found["events"]), next(iter(found.n.values())))
            label = Cell(printer.t(f"published.{key}"))
            rows.append(Row(label, (Cell(_of(printer, paper.finished, n)), Cell(here, identifier))))
    return rows


def _goals(printer: Printer, contrast: tuple[str, str]) -> list[Row]:
    t, rows = printer.t, []
    for kind in printer.plan.goals.kinds if printer.plan.goals else ():
        if kind.published is None:
            continue
        theirs = " / ".join(t.percent(kind.published.percent[arm] / 100) for arm in contrast)
        stem = f"goals.{kind.code}.{OBSERVED}"
        naive = printer.found(f"{stem}.goal_difference.{printer.key(contrast)}")
        test = printer.found(f"{stem}.goal_chi_square.{printer.key(contrast)}")
        here = DASH
        if naive is not None and test is not None:
            shares = f"{t.percent(naive['first'])} / {t.percent(naive['second'])}"
            here = t("published.goals_value", shares=shares, p=t.p_equals(test["p"]))
        label = t("published.goals", kind=t.of(kind.label), arms=" / ".join(printer.arm(arm) for arm in contrast))
        paper = t("published.goals_value", shares=theirs, p=t.p_equals(kind.published.p))
        identifier = f"{stem}.goal_difference.{printer.key(contrast)}"
        rows.append(Row(Cell(label), (Cell(paper), Cell(here, identifier))))
    return rows


def _of(printer: Printer, events: int, n: int) -> str:
    return f"{printer.t('format.of', events=events, n=n)} ({printer.t.percent(events / n if n else None)})"
