"""Deliveries as they lie in the folder and as they are landed: what is new, what is settled, which months can be computed.

What belongs here: questions about deliveries. What does not: landing a file, computing, anything published.
"""
