"""From notebooks to HTML reports.

pipeline   the chosen notebooks, one after the other; what has not changed is skipped
prints     which pictures a report is made from
execute    one notebook, by papermill, in a process of its own (worker), which ends with its caller
jobs       several notebooks at once; one process at a time for a report
render     an executed notebook as one HTML file;  markup: what happens to the HTML inside;  facts: its box in words
apart      a cell that cannot be shown;  kept: puts a report in the place of the last one
index      the page of all reports;  entries: what is known about each of them
clean      removes reports
"""
