"""What a report and the index say about a run: its data, its stand-ins, its trainings; read from results.json.

A failed run knows less, and an older one wrote less: what is missing is left out.
"""


def datasets(results: dict) -> list[dict]:
    """Return a row for each data set that the notebook looked at: name, provenance, fingerprint, fallback."""
    rows = [row for row in results.get("datasets") or [] if isinstance(row, dict)]
    if rows or not results.get("dataset"):
        return rows
    fingerprint = (results.get("provenance") or {}).get("data_fingerprint")
    return [{"name": results["dataset"], "provenance": results.get("dataset_provenance"), "fingerprint": fingerprint}]


def fallbacks(results: dict) -> list[str]:
    """Return why synthetic data stands in for real data, a sentence for each set that does, each once.

    None where all figures are those of reference runs: they are of real pictures.
    """
    if results.get("carried"):
        return []
    own = [row["fallback"] for row in datasets(results) if row.get("fallback")]
    return list(dict.fromkeys(own or filter(None, [results.get("fallback")])))


GUARDS = {  # name in results.json -> (what it makes sure of, what it found where it fired)
    "majority share": (
        "validation accuracy is not the share of the largest class",
        "validation accuracy is the share of the largest class",
    ),
    "one bar predictions": ("each network gives several answers", "one answer for every picture"),
    "finite loss": ("each loss stays a number, and no training diverged", "a training that failed"),
    "layer never learns": ("every layer learns", "a layer that never learns"),
    "steps times batch": (
        "an epoch takes as many pictures as there are",
        "an epoch that takes more pictures than there are, or fewer",
    ),
    "input statistics": ("pixels are as the network expects them", "pixels that the network does not expect"),
    "label unsafe augmentation": (
        "no change of a picture changes its label",
        "changes that bring a wrong label, or never occur",
    ),
    "evaluation data changed": ("validation and test pictures are as they were", "changed validation or test pictures"),
    "test read once": ("test pictures are read once", "test pictures that were read several times"),
    "copies across parts": ("no picture is in two parts", "copies of pictures in two parts"),
    "groups across parts": ("pictures of one product are in one part", "products torn between parts"),
    "more pictures than exist": ("no class has more pictures than exist", "more pictures than exist"),
}


def guards(results: dict, verdict: str) -> list[dict]:
    """Return the rows of results["guards"] with this verdict; "said" is what the guard makes sure of, or found.

    A guard that fired for one data set has not passed, whatever it says of another.
    """
    every = results.get("guards") or []
    fired = [row["guard"] for row in every if row["verdict"] == "fired"]
    rows = [row for row in every if (row["verdict"] == "fired" if verdict == "fired" else row["guard"] not in fired)]
    told = {name: words[verdict == "fired"] for name, words in GUARDS.items()}
    scopes = [f" ({row['scope']})" if " of " in row.get("scope", "") else "" for row in rows]  # "3 of 9 runs"
    return [
        row | {"said": told.get(row["guard"], row["guard"]) + at, "detail": row.get("detail", "").removesuffix(at)}
        for row, at in zip(rows, scopes, strict=True)
    ]


def findings(results: dict) -> list[str]:
    """Return what was found as plain sentences, without the marks of bold type."""
    return [text.replace("**", "") for text in results.get("findings") or [] if isinstance(text, str)]


def in_short(results: dict) -> list[tuple[str, str]]:
    """Return the lines of a report's first box, label and sentence: the first finding, how sure it is, at full length.

    Nothing for a run that found nothing.
    """
    found = findings(results)
    if not found or results.get("status") != "complete":
        return []
    names = " and ".join(_pictures(str(row.get("name"))) for row in datasets(results))
    seeds = (results.get("provenance") or {}).get("seeds") or []
    if results.get("carried"):  # the notebook trains nothing: all its figures are those of reference runs
        sure = " ".join(filter(None, [results.get("sure"), f"(reference runs, {names})"]))
        own = results.get("in_short") or {"Answer": found[0]}  # a notebook may give its answer in lines of its own
        return [*((str(label), str(said)) for label, said in own.items()), ("How sure", sure)]
    trained = f"{_plural(len(seeds), 'seed')} per network, " if seeds else ""
    sure = " ".join(filter(None, [results.get("sure"), f"({trained}{results.get('profile')} profile, {names})"]))
    lines = [("Here", found[0]), ("How sure", sure)]
    if results.get("full_length"):
        lines.append(("At full length", results["full_length"].replace("**", "")))
    elif results.get("runs") and results.get("profile") != "full":
        lines.append(("At full length", "not run yet. This small trial cannot judge what a report claims."))
    return lines


def trainings(results: dict) -> list[dict]:
    """Return the rows of results["provenance"]["trainings"]: runs that were trained in the same place and way."""
    return [row for row in (results.get("provenance") or {}).get("trainings") or [] if isinstance(row, dict)]


def runs_in_words(results: dict) -> str:
    """Return, for instance, "24 runs: 6 trained for this report, 10 from the run store here, 8 reference runs."."""
    groups = trainings(results)
    if not groups:
        return _plural(len(results.get("runs") or []), "run") + "." if results.get("runs") else ""
    new = sum(group.get("new", 0) for group in groups)
    reference = sum(group["runs"] for group in groups if group.get("origin") == "reference")
    total = sum(group["runs"] for group in groups)
    kinds = {
        "trained for this report": new,
        "from the run store here": total - new - reference,
        _plural(reference, "reference run").partition(" ")[2]: reference,
    }
    if total == new > 1:
        baselines = any(str(run.get("system")).startswith("anchor.") for run in results.get("runs") or [])
        return f"{total} runs{', baselines included,' if baselines else ','} all trained for this report."
    said = [f"{number} {what}" for what, number in kinds.items() if number]
    return f"{_plural(total, 'run')}: {', '.join(said)}."


def training_in_words(group: dict) -> str:
    """Return where and with what a group of runs was trained, and when the last of them was finished, for the fold."""
    place = "reference, trained elsewhere" if group.get("origin") == "reference" else "trained here"
    facts = [
        group.get("device"),
        f"{group['backend']} backend" if group.get("backend") else None,
        f"commit {group['commit']}" if group.get("commit") else None,
        *(f"{name} {version}" for name, version in (group.get("versions") or {}).items()),
    ]
    return f"{_plural(group['runs'], 'run')}, {place}: {', '.join(str(fact) for fact in facts if fact)}"


def _pictures(name: str) -> str:
    return f"synthetic {name}" if name.startswith("garments") else name


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
