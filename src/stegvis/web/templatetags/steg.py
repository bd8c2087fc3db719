"""`{% load steg %}`: every component of the design system as a template tag; web/components/README.md lists them all."""

from django.template import Library

from stegvis.web.components.tags import forms, page, participant, staff

register = Library()
for _part in (page, forms, participant, staff):
    register.tags |= _part.register.tags
    register.filters |= _part.register.filters
