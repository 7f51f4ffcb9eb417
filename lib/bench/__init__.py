"""Speed, measured: `lookbook bench`. One module for each of its names, whose `measure` returns a table.

registry      the names                             results   reports/bench.json
time_to       seconds until an accuracy is reached  turns     ways of doing the same, timed in turns
loading       data sets, cold and warm              steps     compiled blocks of steps
augmentation  beside Keras's layers                 training  pictures a second of every network
reports       what is kept of them                  features  of a frozen backbone, computed once
scale         what more pictures cost               apart     away from the user's folders
"""
