"""One training, from settings to figures.

recipes    how the reports trained their systems (recipes.yaml)    train     one training, epoch by epoch
loop       one epoch, and the logits of a network                  ends      when a training ends, which epoch is kept
run        what a finished training is                             features  of a frozen backbone, computed once
imbalance  class weights, balanced sampling                        schedules of the learning rate
blocks     the only file that steps, many steps a call             fits      do settings and pictures fit?
"""
