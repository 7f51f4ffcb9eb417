"""Data sets: `from lib.data import catalogue`, then `catalogue.load(name)`.

dataset         what every data set looks like
catalogue       load(name): the names, and how `auto` chooses
fashion_mnist   the real grey set, read by idx (IDX files) or kaggle_csv (Kaggle's pair), brought by download
votes           how people labelled Fashion-MNIST's test pictures (optional)
garments        the drawn grey set, with the truth about every picture
fashion_product the real colour set: product_files (zip, folder, nested copy), products (its table), pictures (files)
garments_colour the drawn colour set with a table, and the truth about it
drawn           how both drawn sets are kept on disk
own             a user's own pictures, in folders or with a table (own_table)
groups          which pictures must stay in one part
prepare         the data set as a run's settings see it;  r1: report R1's own way to its pictures
splits          training, validation and test positions
audit           counts, pixels, blank pictures, suspected wrong labels;  audit_table: of a set with a table
duplicates      equal and nearly equal pictures, within and across the split
augment         random changes of pictures;  policies: which, how strong, and where they are safe
"""
