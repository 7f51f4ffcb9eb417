"""How good, how sure, and is it sound?

metrics       from labels and logits to figures
statistics    intervals, paired tests, power
comparison    of systems over their seeds
sentences     its verdicts in plain sentences, here beside full length;  beside_baselines: of networks and baselines
next_best     the network that was nearly chosen, in words
front         which systems no other one beats at less cost
rates         what a schedule brings at each learning rate;  rivals: the settings next to a chosen one
calibration   probabilities, temperature scaling, conformal sets of classes
thresholds    answers moved after training;  rare: a class with few pictures;  rare_words, rare_ways: in words
hierarchy     two answers that have to fit;  two_heads: what they are worth, in words
picture_by_picture  which classes and which pictures
ensembles     several nets that answer together;  ensemble_words: in words
words         the names of measures as people read them
guards        method faults that a report must show
"""
