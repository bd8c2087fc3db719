"""Trial: moves an enrolment through its stages; the only room that plays on several others."""
