"""Other people's checkpoints: read without running anything, searched for a generator, and understood from shapes.

`reading` and what it needs touch bytes; `finding` and `inferring` know only names and shapes; `opening` puts them
together. None of them loads torch: that is done by a process of its own, whose whole program is `child`.
"""
