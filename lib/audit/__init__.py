"""What is wrong with a data set.

pictures    counts, pixels, blank pictures, suspected wrong labels      table       of a set with a table
duplicates  equal and nearly equal pictures, also across the split      leak        what a torn group is worth
rows        of a table, a few of them shown
"""
