"""What a provider reports of a text message after it took it: delivered, or not after all.

The report comes to an address of the message's own, which nobody can guess: it names the message and is signed with the
installation's key. So nothing has to be kept to know a report by, and whoever saw one address can tell of one message only.
"""

from django.conf import settings
from django.core import signing

from stegvis.reminders.models import Sent

PATH = "/reports/text-message/{token}/"
"""Where a report comes in; the page is the room `web`'s, and a test holds the two together."""

NOT_DELIVERED = "failed"
ARRIVED = frozenset({"sent", "delivered"})
"""The provider's words for what became of a message (46elks, *SMS delivery reports*)."""

_SALT = "stegvis.reminders.reports"


def address(sent: Sent) -> str:
    """The whole address that the provider reports one message to."""
    return str(settings.SITE_URL) + PATH.format(token=signing.dumps(sent.pk, salt=_SALT))


def message_of(token: str) -> Sent | None:
    """The message that a report's address names; None where it was not signed here. As the system."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Sent.objects.select_related("planned__participant", "planned__account").filter(pk=pk).first()
