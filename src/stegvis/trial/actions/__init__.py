"""Every write that moves an enrolment or plays on several rooms at once; each action called leaves its own event."""

from stegvis.trial.actions.answering import (
    correct_answers,
    enter_paper,
    save_answers,
    send_paper,
    settle_paper,
    submit_assessment,
)
from stegvis.trial.actions.calling import (
    ask_for_contact,
    escalate_alert,
    keep_call,
    keep_unmasking,
    report_concern,
    send_test_alert,
    something_is_wrong,
)
from stegvis.trial.actions.closing import keep_closing_letter
from stegvis.trial.actions.consenting import (
    answer_about_consent,
    ask_about_consent,
    ask_to_consent_again,
    enter_paper_consent,
    give_consent,
    leave_before_randomisation,
    read_pages,
    refuse_consent,
    withdraw,
    write,
)
from stegvis.trial.actions.going_through import send_homework
from stegvis.trial.actions.guiding import keep_contact
from stegvis.trial.actions.harming import answer_about_harms, assess_event, tell_of_event
from stegvis.trial.actions.living import go_on
from stegvis.trial.actions.meeting import hold_visit, rate_goal
from stegvis.trial.actions.owning_up import record_accident, record_mistake
from stegvis.trial.actions.randomising import (
    Revealed,
    look_up_arm,
    randomise,
    randomise_from_reserve,
    show_again,
)
from stegvis.trial.actions.reassigning import change_physiotherapist
from stegvis.trial.actions.replying import send_reply
from stegvis.trial.actions.screening import (
    complete_screening,
    count_self_check,
    decide_criterion,
    end_screening,
    import_candidates,
    invite,
    keep_referral,
    open_screening,
    say_it_goes_on,
    tell_apart,
)
from stegvis.trial.actions.transferring import (
    end_transfer,
    hand_over_to_site,
    move_to_site,
    take_over_from_site,
)
from stegvis.trial.actions.visiting import Next, agree_visit, answer_red_flags, decide_activity, take_over

__all__ = (
    "Next",
    "Revealed",
    "agree_visit",
    "answer_about_consent",
    "answer_about_harms",
    "answer_red_flags",
    "ask_about_consent",
    "ask_for_contact",
    "ask_to_consent_again",
    "assess_event",
    "change_physiotherapist",
    "complete_screening",
    "correct_answers",
    "count_self_check",
    "decide_activity",
    "decide_criterion",
    "end_screening",
    "end_transfer",
    "enter_paper",
    "enter_paper_consent",
    "escalate_alert",
    "give_consent",
    "go_on",
    "hand_over_to_site",
    "hold_visit",
    "import_candidates",
    "invite",
    "keep_call",
    "keep_closing_letter",
    "keep_contact",
    "keep_referral",
    "keep_unmasking",
    "leave_before_randomisation",
    "look_up_arm",
    "move_to_site",
    "open_screening",
    "randomise",
    "randomise_from_reserve",
    "rate_goal",
    "read_pages",
    "record_accident",
    "record_mistake",
    "refuse_consent",
    "report_concern",
    "save_answers",
    "say_it_goes_on",
    "send_homework",
    "send_paper",
    "send_reply",
    "send_test_alert",
    "settle_paper",
    "show_again",
    "something_is_wrong",
    "submit_assessment",
    "take_over",
    "take_over_from_site",
    "tell_apart",
    "tell_of_event",
    "withdraw",
    "write",
)
