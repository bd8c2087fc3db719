"""Staff with a password, for pages that ask for it again."""

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.demonstration.cast import PASSWORD
from stegvis.people import actions as people
from stegvis.people.acting import acting_as


@pytest.fixture
def with_password(world):
    """An account in a role, which knows PASSWORD."""

    def given(role):
        account = world.staff(role)
        with acting_as(SYSTEM):
            people.set_password(account=account, password=PASSWORD, by=SYSTEM)
        return account

    return given
