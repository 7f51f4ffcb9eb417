"""Same settings, same run: never trained twice, the same figures when trained again, resumed after a kill."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib import cli, config, models, runs
from lib.base import outside, paths
from lib.base.errors import LookbookError
from lib.config import OptimizerConfig
from lib.data import catalogue
from lib.evaluation import metrics
from lib.runs import store
from lib.training import checkpoints, ends, features, loop
from lib.training import train as training
from lib.training.run import read


def settings(**changes):
    base = {"system": "R2.simple", "data": {"name": "stripes"}, "epochs": 4, "batch_size": 16}
    return config.parse(base | changes)


def test_a_run_leaves_every_file_and_is_read_back(stripes):
    run = runs.fetch_or_train(settings(epochs=2), stripes)
    assert {file.name for file in run.folder.iterdir()} == {
        "config.json", "environment.json", "history.csv", "log.txt", "metrics.json", "predictions.npz"
    }  # fmt: skip
    again = read(run.folder)
    assert (again.key, again.config, again.metrics["test_loss"]) == (run.key, run.config, run.metrics["test_loss"])
    assert run.history["epoch"].tolist() == [1, 2]
    positions, labels, logits = run.predictions("test")
    assert positions.tolist() == stripes.test.tolist()
    assert logits.shape == (30, 3) and logits.dtype == np.float32
    assert (labels == stripes.labels["class"][positions]).all()


def test_a_finished_run_is_not_trained_again(stripes, monkeypatch):
    first = runs.fetch_or_train(settings(epochs=1), stripes)
    monkeypatch.setattr(store, "train", lambda *_: pytest.fail("trained again"))
    assert runs.fetch_or_train(settings(epochs=1), stripes) == first


def test_the_same_settings_give_the_same_figures(stripes, monkeypatch, tmp_path):
    logits = []
    for place in ("first", "second"):
        monkeypatch.setenv("LOOKBOOK_RUNS", str(tmp_path / place))
        logits.append(runs.fetch_or_train(settings(), stripes).predictions("test")[2])
    assert np.array_equal(*logits)


def test_the_loss_as_it_went_is_the_mean_over_the_epoch(stripes):
    model = loop.compiled(models.build("R2.simple", (12, 12, 1), 3), OptimizerConfig(name="sgd", learning_rate=1e-30))
    labels, five = stripes.labels["class"], np.arange(5)
    means = loop.train_epoch(model, stripes.images, labels, five, batch_size=2)  # the last batch is half as large
    scores = metrics.classification(labels[:5], loop.predict(model, stripes.images, five))
    assert means["steps"] == 3
    assert (means["loss"], means["accuracy"]) == pytest.approx((scores["loss"], scores["accuracy"]), rel=1e-5)


def test_another_seed_gives_other_figures(stripes):
    one, two = (runs.fetch_or_train(settings(epochs=1, seed=seed), stripes) for seed in (0, 1))
    assert not np.array_equal(one.predictions("test")[2], two.predictions("test")[2])
    assert np.array_equal(one.predictions("val")[0], two.predictions("val")[0]), "the split is the same for every seed"


EVERYTHING = {
    "system": "R3.final",  # has dropout
    "augmentation": {"shift": 0.1, "erase": 0.5},
    "optimizer": {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9, "nesterov": True, "schedule": "cosine"},
    "label_smoothing": 0.1,  # a loss of our own, which the checkpoint must bring back
    "test_time_flip": True,
    "early_stopping": {"patience": 2},
    "test_every_epoch": True,
}


@pytest.mark.parametrize(
    ("changes", "moment"),
    [
        ({}, "between history and checkpoint"),
        ({}, "after the epoch"),
        (EVERYTHING, "between best weights and history"),
        (EVERYTHING, "between history and checkpoint"),
        (EVERYTHING, "after the epoch"),
    ],
)
def test_a_killed_training_goes_on_and_ends_as_if_it_had_not_been(stripes, monkeypatch, tmp_path, changes, moment):
    chosen = settings(**changes)
    if chosen.early_stopping is not None:  # back over the kill, to the weights of epoch 2
        monkeypatch.setattr(ends, "best_epoch", lambda history, stopping: min(len(history), 2))
    whole = runs.fetch_or_train(chosen, stripes)
    monkeypatch.setenv("LOOKBOOK_RUNS", str(tmp_path))
    monkeypatch.setattr(checkpoints, "PAUSE", 0)  # a checkpoint after every epoch
    keep, write_text, one_epoch = checkpoints.keep, checkpoints.write_text, training._one_epoch

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):

        def killed_while_writing(path, text):
            if moment == "between history and checkpoint":
                write_text(path, text)
            raise KeyboardInterrupt

        def killed(model, history, *given):
            if len(history) == 2 and moment != "after the epoch":
                patch.setattr(checkpoints, "write_text", killed_while_writing)
            due = keep(model, history, *given)
            if len(history) == 2:
                raise KeyboardInterrupt
            return due

        patch.setattr(checkpoints, "keep", killed)
        runs.fetch_or_train(chosen, stripes)
    assert read(tmp_path / whole.key) is None
    (tmp_path / whole.key / ".0123abcd-checkpoint.keras").touch()  # half written
    trained = []
    monkeypatch.setattr(training, "_one_epoch", lambda *given: trained.append(given[-1] + 1) or one_epoch(*given))
    resumed = runs.fetch_or_train(chosen, stripes)
    assert trained == ([3, 4] if moment == "after the epoch" else [2, 3, 4])
    assert np.array_equal(resumed.predictions("test")[2], whole.predictions("test")[2])
    assert resumed.history.drop(columns="seconds").equals(whole.history.drop(columns="seconds"))
    assert {file.name for file in resumed.folder.iterdir()} == {file.name for file in whole.folder.iterdir()}


def test_a_kill_while_the_predictions_are_written_does_not_cost_the_training(stripes, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoints, "PAUSE", 0)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(np, "savez_compressed", killed)
        runs.fetch_or_train(settings(epochs=2), stripes)
    monkeypatch.setattr(training, "train_epoch", lambda *_: pytest.fail("trained again"))
    run = runs.fetch_or_train(settings(epochs=2), stripes)
    assert run.history["epoch"].tolist() == [1, 2] and not (run.folder / "checkpoint.keras").exists()


def test_a_store_that_cannot_be_written_is_said_before_the_training(stripes, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("LOOKBOOK_RUNS", str(tmp_path / "file"))
    monkeypatch.setattr(training, "train_epoch", lambda *_: pytest.fail("trained"))
    with pytest.raises(LookbookError, match="cannot be written .*; set LOOKBOOK_RUNS to a folder that can be written"):
        runs.fetch_or_train(settings(epochs=2), stripes)


def test_random_layers_draw_the_same_noise_after_a_kill():
    from lib.base.backend import keras

    model = keras.Sequential([keras.Input((50,)), keras.layers.Dropout(0.5)])
    ones, drawn = np.ones((1, 50), "float32"), []
    for epoch in (0, 1, 0):
        loop.reseed(model, 7, epoch)
        drawn.append(np.asarray(model(ones, training=True)))
    assert np.array_equal(drawn[0], drawn[2])
    assert not np.array_equal(drawn[0], drawn[1])


def test_the_test_pictures_are_not_read_before_the_last_epoch(stripes, monkeypatch):
    read = []
    predict = training.predict
    monkeypatch.setattr(training, "predict", lambda model, *what: read.append(len(what[1])) or predict(model, *what))
    runs.fetch_or_train(settings(epochs=2), stripes)
    assert read == [120, 30, 120, 30, 120, 30, 30], "after each epoch training and validation, then all three once"


DIVERGING = {"name": "sgd", "learning_rate": 1e30, "weight_decay": 1}  # each step makes weights 1e30 times larger


def test_a_training_that_diverges_is_a_run_without_figures_and_is_not_trained_again(stripes, monkeypatch):
    run = runs.fetch_or_train(settings(optimizer=DIVERGING), stripes)
    measures = [f"{part}_{name}" for part in ("train", "val", "test") for name in ("accuracy", "loss", "macro_f1")]
    assert run.metrics["diverged"] is True
    assert all(math.isnan(run.metrics[name]) for name in measures)
    history = run.history.to_dict(orient="records")
    assert len(history) == run.metrics["epochs"] < 4, "it ends with the epoch in which it diverged"
    assert math.isnan(history[-1]["loss"]) and history[-1]["steps"] < 8

    def refuse(constant):
        pytest.fail(f"{constant} is not JSON")

    json.loads((run.folder / "metrics.json").read_text(encoding="utf-8"), parse_constant=refuse)
    monkeypatch.setattr(store, "train", lambda *_: pytest.fail("trained again"))
    again = runs.fetch_or_train(settings(optimizer=DIVERGING), stripes)
    assert again.key == run.key and again.metrics["diverged"] is True
    assert all(math.isnan(again.metrics[name]) for name in measures)
    assert np.isnan(again.predictions("val")[2]).all()


def test_a_diverged_training_that_is_killed_before_its_end_is_not_trained_on(stripes, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(np, "savez_compressed", killed)
        runs.fetch_or_train(settings(optimizer=DIVERGING), stripes)
    monkeypatch.setattr(training, "train_epoch", lambda *_, **__: pytest.fail("trained on"))
    assert runs.fetch_or_train(settings(optimizer=DIVERGING), stripes).metrics["diverged"] is True


def test_a_grid_gives_each_name_its_runs_in_the_order_of_seeds(stripes):
    configs = {"second": settings(epochs=1, batch_size=30), "first": settings(epochs=1), "again": settings(epochs=1)}
    trained = runs.grid(configs, 2, stripes)
    assert list(trained) == ["second", "first", "again"]
    assert [[run.config.seed for run in group] for group in trained.values()] == [[0, 1]] * 3
    assert [run.key for run in trained["first"]] == [run.key for run in trained["again"]]
    assert len(list(paths.runs().glob("*/metrics.json"))) == 4, "names with the same settings share their runs"
    table = runs.tabulate(trained)
    assert table["system"].tolist() == ["second", "second", "first", "first", "again", "again"]
    assert table["seed"].tolist() == [0, 1] * 3


def test_a_grid_of_one_seed_works_and_of_none_is_refused(stripes):
    configs = {"only": settings(epochs=1)}
    assert [run.config.seed for run in runs.grid(configs, 1, stripes)["only"]] == [0]
    with pytest.raises(LookbookError, match="seeds=0: at least one training"):
        runs.grid(configs, 0, stripes)


def test_the_seed_of_a_grid_is_the_grids(stripes):
    trained = runs.grid({"only": settings(epochs=1, seed=7)}, 1, stripes)
    assert trained["only"][0].config.seed == 0


def test_a_table_by_rate_says_rate_and_schedule_of_each_run(stripes):
    falling = {"learning_rate": 0.002, "schedule": "cosine"}
    trained = runs.grid({"usual": settings(epochs=1), "falls": settings(epochs=1, optimizer=falling)}, 2, stripes)
    table = runs.by_rate(trained)
    assert table["system"].tolist() == ["usual", "usual", "falls", "falls"]
    assert table["learning_rate"].tolist() == [0.001, 0.001, 0.002, 0.002]
    assert table["group"].tolist() == ["constant", "constant", "cosine", "cosine"]


def test_a_table_of_single_runs_names_them_by_their_label(stripes):
    run = runs.fetch_or_train(settings(epochs=1), stripes)
    assert runs.tabulate([run])["system"].tolist() == [run.label] == ["R2.simple batch_size=16"]


def test_running_figures_are_of_the_epoch_whose_weights_are_kept(stripes, monkeypatch):
    monkeypatch.setattr(ends, "best_epoch", lambda history, stopping: min(len(history), 2))
    run = runs.fetch_or_train(settings(early_stopping={"patience": 2}), stripes)
    row = runs.tabulate([run]).iloc[0]
    kept = run.history.set_index("epoch").loc[2]
    assert (row["epochs"], row["best_epoch"]) == (4, 2)
    assert (row["running_loss"], row["running_accuracy"]) == (kept["loss"], kept["accuracy"])
    assert row["val_loss"] == kept["val_loss"], "as are all measures"


def test_anchors_are_runs_too(stripes):
    for system in ("anchor.majority", "anchor.linear", "anchor.nearest"):
        run = runs.fetch_or_train(settings(system=system), stripes)
        assert run.predictions("test")[2].shape == (30, 3)
        assert run.history.empty
    assert runs.fetch_or_train(settings(system="anchor.nearest"), stripes).metrics["train_accuracy"] == 1
    assert runs.fetch_or_train(settings(system="anchor.majority"), stripes).metrics["test_accuracy"] == pytest.approx(
        1 / 3
    )


def test_a_batch_larger_than_the_data_is_refused_and_leaves_no_run(stripes):
    with pytest.raises(LookbookError, match="batch_size=500 is more than the 120 training pictures"):
        runs.fetch_or_train(settings(batch_size=500), stripes)
    assert not list(paths.runs().glob("*/metrics.json"))


def test_one_training_is_a_command(stripes, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(catalogue, "load", lambda name: stripes)
    monkeypatch.setattr(sys, "argv", ["lookbook", "train", "--config", str(tmp_path / "run.json")])
    (tmp_path / "run.json").write_text(settings(epochs=1).model_dump_json())
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    folder = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(Path(folder, "metrics.json").read_text())["epochs"] == 1


def test_the_command_refuses_bad_settings_in_one_line(tmp_path):
    file = tmp_path / "run.json"
    file.write_text('{"system": "R2.simple", "data": {"name": "garments"}, "epoch": 1}')
    command = [sys.executable, "-m", "lib", "train", "--config", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1 and "did you mean 'epochs'" in ended.stderr


def test_networks_are_kept_of_seed_0_of_a_recipe_and_trained_again_where_they_are_needed(stripes):
    recipe = settings(epochs=1, batch_size=32)
    first, second = runs.grid({"only": recipe}, 2, stripes)["only"]
    other = runs.fetch_or_train(settings(epochs=1, batch_size=30), stripes)
    assert [(run.folder / "model.keras").exists() for run in (first, second, other)] == [True, False, False]
    before = second.predictions("test")[2]
    runs.network(second, stripes)
    assert np.allclose(runs.logits(second, stripes, stripes.test), before, atol=1e-5), "the same network"
    assert (second.folder / "model.keras").exists() and read(second.folder) is not None
    third = runs.grid({"only": settings(epochs=1, batch_size=29)}, 2, stripes, weights=True)["only"][1]
    assert (third.folder / "model.keras").exists()


def test_stored_weights_hold_no_state_of_the_optimiser(stripes):
    run = runs.fetch_or_train(settings(epochs=1), stripes)
    network = runs.network(run, stripes)
    assert not getattr(network, "optimizer", None)


def test_an_anchor_has_no_network_and_is_fitted_once_whoever_asks_for_one(stripes, monkeypatch):
    run = runs.fetch_or_train(settings(system="anchor.majority"), stripes)
    monkeypatch.setattr(store, "train", lambda *_: pytest.fail("fitted again"))
    assert runs.grid({"only": run.config}, 1, stripes, weights=True)["only"] == [run]
    with pytest.raises(LookbookError, match="anchor.majority has no network"):
        runs.network(run, stripes)


def test_the_backbone_of_a_head_gives_the_features_it_is_trained_on(stripes):
    source = settings(epochs=1)
    head = settings(system="transfer.kit", start=source.model_dump(), epochs=1)
    backbone = runs.backbone(head, stripes)
    assert backbone.trainable_weights == []
    start = runs.fetch_or_train(source, stripes, weights=True)
    kept = features.inputs(stripes, head, np.arange(8), start)[:8]
    assert np.asarray(backbone(stripes.images[:8])) == pytest.approx(kept, abs=1e-5)


def test_a_system_without_a_backbone_is_refused(stripes):
    with pytest.raises(LookbookError, match="R2.simple has no backbone: take R1.resnet50"):
        runs.backbone(settings(), stripes)
    with pytest.raises(LookbookError, match="give its settings as `start`"):
        runs.backbone(settings(system="transfer.kit"), stripes)


def test_a_mended_measure_shows_in_every_stored_run(stripes, monkeypatch):
    from lib.evaluation import metrics
    from lib.training import run as run_module

    run = runs.fetch_or_train(settings(epochs=1), stripes)
    of_targets = metrics.of_targets
    monkeypatch.setattr(metrics, "of_targets", lambda *given: of_targets(*given) | {"accuracy": 0.125})
    assert read(run.folder).metrics["test_accuracy"] == run.metrics["test_accuracy"], (
        "the code that measures is as it was"
    )
    monkeypatch.setattr(run_module, "measured_by", lambda: "mended")
    mended = read(run.folder)
    assert mended.metrics["test_accuracy"] == 0.125 and mended.metrics["seconds"] == run.metrics["seconds"]
    assert json.loads((run.folder / "metrics.json").read_text())["test_accuracy"] == 0.125


def test_a_run_knows_what_it_was_trained_with(stripes):
    run = runs.fetch_or_train(settings(epochs=1), stripes)
    about = read(run.folder).environment
    assert (
        about["backend"] == outside.backend_name()
        and about["versions"]["keras"]
        and about["finished"].endswith("+00:00")
    )
    assert run.origin == "here"


ASK = """
import sys, numpy as np
from lib import config, runs
from lib.base import progress
from lib.data import catalogue
from lib.evaluation import metrics
run = runs.fetch_or_train(config.read(__import__("pathlib").Path(sys.argv[1])))
print(run.key, run.metrics["test_loss"], (run.folder / "log.txt").read_text().count("epochs done"))
"""


def test_two_processes_that_ask_for_one_run_train_it_once(tmp_path):
    file = tmp_path / "run.json"
    file.write_text(settings(data={"name": "garments", "limit": 200}, epochs=2).model_dump_json())
    command = [sys.executable, "-c", ASK, str(file)]
    asked = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [each.communicate(timeout=300) for each in asked]
    assert [each.returncode for each in asked] == [0, 0], said
    assert said[0][0] == said[1][0] and said[0][0].split()[-1] == "1", "one training, one log"


def test_the_lock_of_a_dead_process_is_taken_over(stripes):
    run = runs.fetch_or_train(settings(epochs=1), stripes)
    (run.folder / "metrics.json").unlink()
    code = "import sys, os; from filelock import FileLock; FileLock(sys.argv[1]).acquire(); os._exit(9)"
    lock = paths.runs() / ".locks" / f"{run.key}.lock"
    subprocess.run([sys.executable, "-c", code, str(lock)], check=False)
    assert runs.fetch_or_train(settings(epochs=1), stripes).key == run.key


def test_one_part_of_a_history_has_bare_names():
    columns = ["epoch", "loss", "train_loss", "train_main_loss", "val_loss", "val_sub_loss", "val_sub_macro_f1"]
    history = pd.DataFrame([range(len(columns))], columns=columns)
    assert runs.of_part(history, "val", "sub").to_dict("records") == [{"epoch": 0, "loss": 5, "macro_f1": 6}]
    assert runs.of_part(history, "train")["loss"].tolist() == [2]
