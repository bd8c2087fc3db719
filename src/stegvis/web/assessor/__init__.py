"""Pages of the outcome assessor, who calls for outcomes and enters paper, and is never shown an arm."""
