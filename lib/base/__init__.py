"""The ground: what any part may use, and what knows nothing of pictures or networks.

paths       where everything lies                    files       written whole or not at all, by one process
errors      the one error that is meant for users    progress    how long work shows itself
provenance  versions, commit, device                 backend     the one place that imports Keras
download    files from a server, checked, once       outside     what a computer has set that would reach a figure
remove      what the kit made, and nothing else      checkout    is this the folder whose code runs?
start       how Python finds modules                 room        can files be written there?
versions    the files that decide figures, each with a version
"""
