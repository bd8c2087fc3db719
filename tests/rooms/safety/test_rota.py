"""The rota: clinicians of the site, changed by its coordinator or an administrator, and never emptied by hand."""

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.safety import actions, queries
from stegvis.safety.errors import NotOnTheRota, RotaWouldBeEmpty
from stegvis.safety.models import Rota


def join(site, account, by=SYSTEM):
    return actions.join_rota(site=site, account=account, by=by)


def test_a_clinician_joins_once(site, physiotherapist):
    assert join(site, physiotherapist) == join(site, physiotherapist)
    assert queries.rota(site) == [physiotherapist]
    assert queries.is_on_rota(physiotherapist, site)
    assert queries.sites_watched_by(physiotherapist) == [site.pk]


def test_whoever_does_not_work_at_the_site_does_not_join(site, outsider, data_manager):
    for account in (outsider, data_manager):
        with pytest.raises(NotAtThisSite, match=f"{account.code} does not work at site AL"):
            join(site, account)


def test_the_sites_coordinator_and_an_administrator_change_it(
    site, coordinator, administrator, physiotherapist, therapist
):
    join(site, physiotherapist, by=coordinator)
    join(site, therapist, by=administrator)

    assert queries.rota(site) == [physiotherapist, therapist]


def test_nobody_else_changes_it(site, physiotherapist, therapist, other_coordinator, data_manager):
    join(site, physiotherapist)
    join(site, therapist)

    for change in (actions.join_rota, actions.leave_rota):
        for by in (therapist, data_manager):
            with pytest.raises(NotTheirRole):
                change(site=site, account=physiotherapist, by=by)
        with pytest.raises(NotAtThisSite):
            change(site=site, account=physiotherapist, by=other_coordinator)


def test_the_last_one_stays(site, physiotherapist, therapist, moment):
    join(site, physiotherapist)
    with pytest.raises(RotaWouldBeEmpty, match="Add a colleague first"):
        actions.leave_rota(site=site, account=physiotherapist, by=SYSTEM)

    join(site, therapist)
    assert actions.leave_rota(site=site, account=physiotherapist, by=SYSTEM).until_at == moment
    assert queries.rota(site) == [therapist]


def test_whoever_is_not_on_it_cannot_leave_it(site, physiotherapist, therapist):
    join(site, physiotherapist)

    with pytest.raises(NotOnTheRota):
        actions.leave_rota(site=site, account=therapist, by=SYSTEM)


def test_whoever_comes_back_is_on_it_anew(site, physiotherapist, therapist):
    for account in (physiotherapist, therapist):
        join(site, account)
    actions.leave_rota(site=site, account=physiotherapist, by=SYSTEM)
    join(site, physiotherapist)

    assert queries.rota(site) == [therapist, physiotherapist]
    assert Rota.objects.count() == 3


def test_the_record_names_the_site_and_the_person(site, physiotherapist, therapist):
    for account in (physiotherapist, therapist):
        join(site, account)
    actions.leave_rota(site=site, account=therapist, by=SYSTEM)

    kept = Event.objects.filter(verb__startswith="safety.rota_").order_by("pk").values_list("verb", "detail")
    assert [(verb, detail["site"], detail["who"]) for verb, detail in kept] == [
        ("safety.rota_joined", site.code, physiotherapist.code),
        ("safety.rota_joined", site.code, therapist.code),
        ("safety.rota_left", site.code, therapist.code),
    ]
