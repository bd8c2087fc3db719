"""For the statistician, who must stay blind, and the data manager, who locks: reports, extracts, the lock, who opened what."""
