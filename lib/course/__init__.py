"""The notebooks as things.

notebooks  their names, titles and parameters (profiles.yaml)      build     notebooks/src/*.py -> notebooks/*.ipynb
checkup    is everything there?                                    timing    how long does it take here?
legal      which values those may have                             kernels   what runs them
fit        can a notebook make sense of these pictures?
"""
