"""Pictures of one's own: made into what a network saw in training, answered, and judged.

prepare   from any picture to one garment, light on black, 28 by 28; the ways to do it that were compared
reader    from files and folders to pictures, and a line for each that cannot be one
judge     a network that the kit carries, and the thresholds that its validation pictures give
scores    how unlike the training pictures a picture is
answer    what the network says: probabilities, a set of classes, a heat map
measured  what was measured of all this on foreign pictures (`lookbook bench predict unlike`)
words     as text and JSON;  sheet: as one HTML file
examples  four drawn pictures, for who has none at hand
"""

from lib.predict.answer import Answer, for_figure, look
from lib.predict.examples import FOREIGN, examples

__all__ = ["FOREIGN", "Answer", "examples", "for_figure", "look"]
