"""Data sets: `from lib.data import catalogue`, then `catalogue.load(name)`.

dataset         what every data set looks like
catalogue       load(name): the names, and how `auto` chooses
fashion_mnist   the real grey set, read by idx (IDX files) or kaggle_csv (Kaggle's pair), brought by download
votes           how people labelled Fashion-MNIST's test pictures (optional)
garments        the drawn grey set, with the truth about every picture
splits          training, validation and test positions
audit           counts, pixels, blank pictures, suspected wrong labels
duplicates      equal and nearly equal pictures, within and across the split
"""
