"""The real colour set with a table: reader (`load`), files (zip, folder), table (styles.csv)."""
