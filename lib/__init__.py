"""Lookbook's shared helpers. Importing this package imports nothing else: it stays fast, and TensorFlow waits.

config        settings of a run, and the key that names it
data          data sets: catalogue.load("fashion-mnist"), catalogue.load("fashion-product"), splits, audits
models        the networks, by system id: build("R3.initial", ...)
anchors       what a guess, a linear model and the nearest neighbour reach
training      one training, from settings to figures;  train: the same as a command;  runs: the store of runs
features      what a frozen backbone makes of each picture, computed once;  imbalance: weights, sampling, thresholds
evaluation    measures, intervals, guards
claims        what the reports claim (claims.yaml), beside what was measured
plots         one figure a function
notebook      what a notebook's set-up cell and last cell call
authoring     notebooks/src/*.py -> notebooks/*.ipynb
report        settings (profiles.yaml), pipeline, execute (papermill), render (nbconvert), index
cli           the `lookbook` command;  checkup: is everything there?;  timing: how long will it take here?
backend       the one place that imports Keras
paths, files, errors, progress, provenance
"""
