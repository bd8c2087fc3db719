"""Releases: published once, never changed, signed by a named clinician before real people are given one."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import NoReviewer, UnknownLanguage, UnknownProfession
from stegvis.methods.programme import check
from stegvis.people.acting import acting_as
from stegvis.programme import actions, queries
from stegvis.programme.errors import NoRelease, NotReviewed
from stegvis.programme.models import PROFESSIONS, Release, Review
from stegvis.protocol import actions as protocol
from tests.rooms.conftest import make_participant
from tests.studies.folders import CWP


@pytest.fixture
def one(site):
    """Someone, without a trial around them."""
    return make_participant(site)


@pytest.fixture
def programme():
    """The example trial's programme as its folder says it."""
    return check.read(CWP / "programme")


@pytest.fixture
def release(moment, programme):
    """It, published."""
    return actions.publish(programme=programme, by=SYSTEM)


def sign(release, language, profession):
    return actions.sign_review(
        release=release, language=language, reviewer="A. Clinician", profession=profession, by=SYSTEM
    )


def give(participant):
    with acting_as(SYSTEM):
        return actions.make_course(participant=participant, opens_on=clock.today(), by=SYSTEM)


def test_a_release_is_the_programme_word_for_word(release, programme):
    assert queries.content(release.pk) == programme


def test_the_same_content_is_published_once(release, programme):
    assert actions.publish(programme=programme, by=SYSTEM) == release
    assert Release.objects.count() == 1


def test_new_courses_are_given_the_newest_release_and_old_ones_keep_theirs(release, programme, site, one):
    old = give(one)
    newest = actions.publish(programme=replace(programme, titles={"sv": "Ny", "en": "New"}), by=SYSTEM)

    assert give(make_participant(site)).release == newest
    assert give(one).release == old.release == release


def test_a_release_is_found_by_its_hash_or_how_it_begins(release):
    assert queries.release_of(release.sha256) == queries.release_of(release.sha256[:8]) == release
    assert queries.release_of(release.sha256[:7]) is None
    assert queries.release_of("0" * 64) is None


def test_a_release_never_changes(release):
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(content={})


def test_without_a_release_no_course_is_made(one):
    with pytest.raises(NoRelease, match="Publish the trial's programme first"):
        give(one)


def test_real_people_are_given_only_what_a_clinician_has_signed_in_their_language(release, one):
    protocol.go_live(by=SYSTEM)
    for profession in PROFESSIONS:
        sign(release, "en", profession)
    with pytest.raises(NotReviewed, match="Still to sign it in this language: psychologist, physiotherapist"):
        give(one)

    sign(release, "sv", "psychologist")
    with pytest.raises(NotReviewed, match="Still to sign it in this language: physiotherapist"):
        give(one)

    sign(release, "sv", "physiotherapist")
    assert give(one).release == release


def test_a_programme_that_touches_no_activity_needs_no_physiotherapist(moment, programme):
    quiet = tuple(replace(module, activity=False) for module in programme.modules)
    release = actions.publish(programme=replace(programme, modules=quiet), by=SYSTEM)
    sign(release, "sv", "psychologist")

    assert queries.is_reviewed(release.pk, "sv")
    assert queries.missing_signatures(release.pk, "en") == ["psychologist"]


def test_the_same_signature_twice_is_kept_once(release):
    assert sign(release, "sv", "psychologist") == sign(release, "sv", "psychologist")
    assert queries.signatures(release.pk).count() == 1


def test_a_signature_from_before_professions_were_kept_counts_for_none(release):
    Review.objects.create(release=release, language="sv", reviewer="A", profession="", signed_at=clock.now())
    assert queries.missing_signatures(release.pk, "sv") == ["psychologist", "physiotherapist"]


@pytest.mark.parametrize(
    ("language", "reviewer", "profession", "refusal"),
    [
        ("sv", " ", "psychologist", NoReviewer),
        ("sv", "A. Clinician", "surgeon", UnknownProfession),
        ("fi", "A. Clinician", "psychologist", UnknownLanguage),
    ],
)
def test_a_signature_without_name_profession_or_text_is_refused(release, language, reviewer, profession, refusal):
    with pytest.raises(refusal, match="Nothing was signed"):
        actions.sign_review(release=release, language=language, reviewer=reviewer, profession=profession, by=SYSTEM)
    assert not queries.signatures(release.pk).exists()
