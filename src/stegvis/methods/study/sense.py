"""Sense: whether the parts of a protocol fit each other, which no single key can know.

The checks read the raw content of protocol.toml and not the models, so that a mistake in one place does not hide the
mistakes elsewhere. Each check is a small generator over one concern, and all of them run.
"""

from __future__ import annotations

from stegvis.methods.study import sense_conduct, sense_data, sense_design, sense_harms, sense_schedule
from stegvis.methods.study.problems import Finding
from stegvis.methods.study.raw import Raw


def sense_findings(raw: Raw) -> list[Finding]:
    """Everything that does not fit together, in the order of the checks."""
    checks = sense_design.CHECKS + sense_schedule.CHECKS + sense_conduct.CHECKS + sense_data.CHECKS + sense_harms.CHECKS
    return [finding for check in checks for finding in check(raw)]
