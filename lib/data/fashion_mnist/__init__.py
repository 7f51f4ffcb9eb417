"""The real grey set: reader (`load`), idx and kaggle_csv (its two formats), votes (how people labelled its test)."""
