"""Data sets: `from lib.data import catalogue`, then `catalogue.load(name)`.

dataset          what every data set looks like
catalogue        load(name): the names, and how `auto` chooses
fashion_mnist/   the real grey set                fashion_product/  the real colour set with a table
own/             a user's own pictures            synthetic/        both drawn sets, with the truth about each picture
source           rows of a table beside pictures  pictures          any picture file as an array
prepare          the labels and classes a run asks for;  r1: report R1's own way to its pictures
splits           training, validation and test positions;  groups: which pictures must stay in one part
alike            equal pictures, and principal components: what all searches for twins share
parts            both of these at once, for a run's settings, once per process
augment          random changes of pictures;  policies: which, and how strong
"""
