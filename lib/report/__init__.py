"""From notebooks to HTML reports.

settings   which notebooks there are, and the parameters each runs with
pipeline   the chosen notebooks, one after the other; what has not changed is skipped
execute    one notebook, by papermill, in a process of its own
render     an executed notebook as one HTML file;  markup: what happens to the HTML inside
index      the page of all reports
"""
