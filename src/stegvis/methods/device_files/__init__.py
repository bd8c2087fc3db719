"""Device files: reads what telephones and watches export into days with steps and activities; bytes in, rows out.

`reading.read` takes any of the known files (Apple Health, Health Connect, Google Fit, FIT, GPX, TCX) and looks at what it
is, not at what it is called. Everything is streamed, so that a file of several gigabytes needs no more memory than a
small one, and everything hostile (entities, bombs, loops) ends in a `FileRefused`.
"""
