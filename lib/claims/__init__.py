"""What the reports claim (claims.yaml), beside what was measured.

verdicts      the claims, and one row per claim with its verdict;  rules: the one function that judges them all
within        claims that a report's own figures, or the data set, decide: discrepancies.yaml
copies        report R1's enlarged parts: which pictures are copies, and what copies are worth
told          what notebook 12 says of R1 and R4, in sentences
standing      how the claims of each report stand: which verdict on how many, and what it rests on
by_reference  all claims, judged by the reference runs;  units: R2's, each figure with its unit
summary       the results in README.md and docs/RESULTS.md, from the reference runs
"""

from lib.claims.verdicts import comparable, compare, counted, load, printed, printed_confusion

__all__ = ["comparable", "compare", "counted", "load", "printed", "printed_confusion"]
