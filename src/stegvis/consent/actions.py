"""The two writes of this room: a person consents, a person withdraws."""

from collections.abc import Sequence
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action
from stegvis.audit.once import once
from stegvis.consent import policies
from stegvis.consent.models import Consent, Layer, Withdrawal
from stegvis.people.models import Participant


@action("consent.given", detail=("text_code", "text_version", "text_sha256", "language"))
def give_consent(
    *, participant: Participant, text_code: str, text_version: str, text_sha256: str, language: str, signature: str,
    key: UUID, by: Actor,
) -> Consent:  # fmt: skip
    """Keep that the person agreed to a text, signed with their typed name."""
    policies.check_may_consent(by, participant)
    policies.check_text(text_code, text_version, text_sha256)
    policies.check_signature(signature)
    return once(
        Consent, key, about="participant", participant=participant, text_code=text_code, text_version=text_version,
        text_sha256=text_sha256, language=language, signature=signature.strip(), given_at=clock.now(),
    )  # fmt: skip


@action("consent.withdrawn")
def withdraw(
    *, participant: Participant, layer: str, why: str = "", reasons: Sequence[str] = (), by: Actor
) -> Withdrawal:  # fmt: skip
    """Take back a layer, or everything. No reason is needed; withdrawing again gives back the first withdrawal.

    The record does not name the layer, which can tell the arm, nor the reasons (codes of
    the protocol's list).
    """
    policies.check_may_withdraw(by, participant)
    policies.check_layer(layer)
    policies.check_length(why, policies.MOST_CHARACTERS)
    policies.check_reasons(reasons)
    everything = Withdrawal.objects.filter(participant=participant, layer=Layer.EVERYTHING).first()
    if everything is not None:
        return everything
    row, _ = Withdrawal.objects.get_or_create(
        participant=participant,
        layer=layer,
        defaults={"reason": why or None, "reasons": list(reasons), "at": clock.now(), "entered_by_id": by.pk},
    )
    return row
