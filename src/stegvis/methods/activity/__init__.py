"""Activity: minutes of moving beside a plan and beside the WHO's advice, and how a plan grows or is halved."""
