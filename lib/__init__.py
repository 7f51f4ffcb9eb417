"""Lookbook's shared helpers. Importing this package imports nothing else: it stays fast, and TensorFlow waits.

From the ground up; a room imports only from those before it:
base        paths, files, errors, progress, provenance, backend, download
config      every setting of a run
data        what a data set is, by name, divided and changed: catalogue.load("fashion-mnist"), ...
audit       what is wrong with a data set
models      the networks, by system id: build("R3.initial", ...)
evaluation  metrics, statistics, comparison, thresholds: numbers in, numbers out;  guards: faults of method
training    one training, from settings to figures
runs        the store: fetch a run, or train it;  grids of them
claims      what the reports claim (claims.yaml), beside what was measured
plots       one figure a function
course      the notebooks as things;  report: papermill, nbconvert, the index page
notebook    what a notebook calls
bench       how fast it is here;  cli: the `lookbook` command
"""
