"""The template tags behind `{% load steg %}`, by where they are used; templatetags/steg.py joins them."""
