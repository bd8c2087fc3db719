"""How often a process that serves pages looks for garbage that refers to itself.

Python looks after every 700 new objects, and now and then through all there are: the programme, the protocol and Django
itself are hundreds of thousands, so that every few large pages one waits a tenth of a second. What is loaded stays to the
end and is left out; new objects are looked through in larger portions.
"""

import gc

PORTIONS = (20_000, 20, 20)
"""New objects until the young are looked through, and after how many of these the older and the oldest are."""


def look_less_often() -> None:
    """For the rest of this process. What is there already is never looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*PORTIONS)
