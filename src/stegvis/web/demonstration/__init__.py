"""Demonstration: who to be, what day it is, what letters went out. Not there where anybody is real."""
