"""Speed, measured: `lookbook bench`."""
