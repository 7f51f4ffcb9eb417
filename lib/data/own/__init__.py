"""A user's own pictures: reader (`load`), place (which folder), and table (a CSV beside them)."""
