"""A user's own pictures: reader (`load`), place and layout (their folder), table (a CSV beside them), names (its rows)."""
