"""A user's own pictures: reader (`load`), place, layout (their folder), table (a CSV), names (its rows)."""
