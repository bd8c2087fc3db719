"""Web: what people see, one wing per audience; takes a request apart, calls one thing, and answers."""
