"""Which store each table belongs to: the care record, the research data, or one of the three things beside them.

The treatment's record is a care record by law (Patientdatalagen 2008:355), kept by the care provider; the trial's data are
research data, held on another legal basis (GDPR art. 9.2 j, ethics approval) by the research principal. They have database
roles and periods of retention of their own. A room's `apps.py` says where its tables lie (`store`), and a table that lies
elsewhere says so in its `Privacy` (docs/decisions/0054).
"""

from django.apps import apps
from django.db import models

CARE = "care"
"""What was done and written in treatment: programme, plan, visits, messages, alerts."""
RESEARCH = "research"
"""What the trial measures and how it was run: consents, answers, allocation, enrolment, letters about questions, reports."""
KEY = "key"
"""Who a code is. The only way from a row of either store to a person; neither store's role can read it."""
LOG = "log"
"""What was done and read, by code."""
HOUSE = "house"
"""Nobody's in particular: the protocol, releases of content, sites, rotas."""

STORES = (CARE, RESEARCH, KEY, LOG, HOUSE)
ROLES = {CARE: "stegvis_care", RESEARCH: "stegvis_research"}
"""PostgreSQL's roles, each of which may read one store, by store."""
PSEUDONYM = ("people_participant", ("id", "code", "site_id", "language", "made_up", "created_at"))
"""What both stores know of a person: the code. The account, and by it the address, is left out."""


def store_of(model: type[models.Model]) -> str:
    """The store of a table; of a table that is none of ours (sessions, migrations) the house."""
    own = model.Privacy if hasattr(model, "Privacy") else None
    if own is not None and hasattr(own, "store"):
        return str(own.store)
    config = model._meta.app_config
    return str(getattr(config, "store", HOUSE))


def tables_of(*stores: str) -> list[type[models.Model]]:
    """The models of these stores, in the order of their tables' names; tables that only join two count as the first one's."""
    ours = [each for each in apps.get_models() if each.__module__.startswith("stegvis.")]
    return sorted((each for each in ours if store_of(each) in stores), key=lambda each: each._meta.db_table)
