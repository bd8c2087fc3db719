"""Delegation: who may do what at which site, trained for it and signed by the site's lead; whether a site is open."""
