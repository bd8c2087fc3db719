"""Emergency: whoever answers an alert must know the group at once. Open to everybody on the rota; what is shown is recorded.

As in `randomising` the group stands in the answer to the form and nowhere else. A physiotherapist who looks knows the group from
then on, which is why the page says so first.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from stegvis.audit import clock
from stegvis.trial import actions
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.allocation_forms import EmergencyForm
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.words import language
from stegvis.web.forms import answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("revealed")
@gate.on_rotas
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The reason; then the group of the person whom an alert concerns, this once."""
    found = gate.alert(request, number)
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    context = {"code": found.participant.code, "back": reverse("coordinator:alert", args=[number])}
    if form.is_valid():
        reason, by = form.cleaned_data["reason"], gate.account(request)
        revealed = carry_out(
            form, actions.look_up_arm, participant=found.participant, reason=reason, emergency=True, by=by
        )
        if revealed is not None:
            shown = {"arm": revealed.arm.name.in_language(language()), "at": clock.now(), "by": by}
            return render(request, "coordinator/emergency.html", {**context, **shown})
    return answer(request, "coordinator/emergency.html", form, context)
