"""Worksheets: sheets of the programme that a person fills in again and again, keeps, and shares if they wish."""
