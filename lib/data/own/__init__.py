"""A user's own pictures: reader (`load`), table (a CSV beside them), names (which picture a row means), layout."""
