"""Goals: what a person wants to be able to do, how far it was attained, and what was believed of the arm meanwhile."""
