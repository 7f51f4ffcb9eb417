"""A user's own pictures: reader (`load`), and table (a CSV beside them)."""
