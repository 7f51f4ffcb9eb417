"""Data sets: `from lib.data import load`.

dataset         what every data set looks like
fashion_mnist   the real grey set: IDX, Kaggle's CSV pair, download
garments        the drawn grey set
votes           how people labelled Fashion-MNIST's test pictures (optional)
catalogue       load(name): the names, and how `auto` chooses
splits          training, validation and test positions
audit           duplicates, suspected wrong labels, blank pictures
"""
