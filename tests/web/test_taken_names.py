"""Names that a programme's fields cannot have: all that the pages call their own controls."""

from stegvis.methods.programme import rules
from stegvis.web import unsent
from stegvis.web.answering import names


def test_the_check_of_a_programme_knows_every_name_of_the_pages_own_controls() -> None:
    assert names._TAKEN <= rules.TAKEN
    assert unsent._NEVER | {unsent.LOOK_AGAIN} <= rules.TAKEN
