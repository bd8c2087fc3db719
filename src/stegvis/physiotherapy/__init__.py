"""Physiotherapy: visits, activity plan, activity diary, individual goals and their attainment."""
