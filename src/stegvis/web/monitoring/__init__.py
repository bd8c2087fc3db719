"""For whoever asks about data, answers, and watches the trial without arms: data queries, monitoring, the meeting's page."""
