"""Two synthetic data sets, drawn by code with the truth about every picture. No student needs to open this folder.

garments         grey, 28x28, in Fashion-MNIST's classes      garments_colour  colour, 60x80, with a table of products
store            how both are kept on disk                    shapes, light    tools that both draw with
"""
