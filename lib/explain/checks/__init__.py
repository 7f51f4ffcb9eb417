"""What a heat map is worth: a module a check, each with an answer that is known without the map.

agreement   how alike two maps are, and how much of one lies in a place
redrawing   a synthetic garment is drawn again without a part: the fall of the logit is that part's true importance
mosaics     four pictures in one, two of them of the class that is asked for
planted     pictures that say where to look, or nothing: a patch tells the label, quarters, shuffled labels
randomised  what is left of a map when the network's weights are drawn anew, layer by layer
painting    how far the logit falls when the pixels that a map marks are painted over
examples    what the pictures of the checks look like
table       every check of every method and control, of one trained network
verdicts    over seeds: a method passes where it clearly beats the best control, seed by seed
told        the same in sentences
"""
