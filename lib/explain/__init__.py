"""Where a network looks, and whether that may be believed.

gradients  a layer's map and the gradient of an answer to it: the one branch on the backend
targets    which number of the network's output is explained
layers     which layers have a map, and of what size
cam        Grad-CAM, Grad-CAM++, HiResCAM, LayerCAM: a method is one function of (activations, gradients)
probing    Score-CAM and occlusion, which ask the network again instead of taking a gradient
controls   maps that do not look at the network at all: random, Sobel, centre
maps       all of these at the size of the pictures; and in words, what no colour shows
regions    where the thing in a picture is, and pictures that say less
story      report R1's story of its heat maps, tested
checks/    what a map is worth: a module a check, and the table of them all
"""
