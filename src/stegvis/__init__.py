"""Stegvis runs a randomised trial of guided internet CBT with a physiotherapist's activity plan, and delivers both treatments."""
