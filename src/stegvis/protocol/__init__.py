"""Protocol: the protocol as loaded: arms, strata, schedule of activities, instruments, versions, amendments."""
