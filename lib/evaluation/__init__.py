"""How good, how sure, and is it sound?

metrics       from labels and logits to figures
statistics    intervals
guards        method faults that a report must show
"""
