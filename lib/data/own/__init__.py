"""A user's own pictures: reader (`load`), place and layout (their folder), table (a CSV), names (what it means)."""
