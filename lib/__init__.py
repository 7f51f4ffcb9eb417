"""Lookbook's shared helpers. Importing this package imports nothing else: it stays fast, and TensorFlow waits.

paths         where everything lies
errors        the one error meant for users
config        settings of a run, profiles, the key of a run
data          data sets: load("fashion-mnist"), load("garments"), audits and splits
models        the networks, by system id: build("R3.initial", ...)
training      one training, from settings to a run;  train: the same as a command;  runs: the store of runs
anchors       what a guess, a linear model and the nearest neighbour reach
evaluation    measures, intervals, guards
plots         one figure a function
claims        what the reports claim (claims.yaml), beside what was measured
notebook      what a notebook's set-up cell and last cell call
report        execute (papermill), render (nbconvert), index
authoring     notebooks/src/*.py -> notebooks/*.ipynb
cli           the `lookbook` command
"""
