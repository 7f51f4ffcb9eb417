"""Same settings, same run: never trained twice, the same figures when trained again, resumed after a kill."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lib import config, paths, runs, training
from lib.data import catalogue
from lib.errors import LookbookError


def settings(**changes):
    base = {"system": "R2.simple", "data": {"name": "stripes"}, "epochs": 4, "batch_size": 16}
    return config.parse(base | changes)


def test_a_run_leaves_every_file_and_is_read_back(stripes):
    run = runs.fetch_or_train(settings(epochs=2), stripes)
    assert {file.name for file in run.folder.iterdir()} == {
        "config.json", "environment.json", "history.csv", "log.txt", "metrics.json", "model.keras", "predictions.npz"
    }  # fmt: skip
    again = runs.read(run.folder)
    assert (again.key, again.config, again.metrics["test_loss"]) == (run.key, run.config, run.metrics["test_loss"])
    assert run.history["epoch"].tolist() == [1, 2]
    positions, labels, logits = run.predictions("test")
    assert positions.tolist() == stripes.test.tolist()
    assert logits.shape == (30, 3) and logits.dtype == np.float32
    assert (labels == stripes.labels["class"][positions]).all()


def test_a_finished_run_is_not_trained_again(stripes, monkeypatch):
    first = runs.fetch_or_train(settings(epochs=1), stripes)
    monkeypatch.setattr(training, "train", lambda *_: pytest.fail("trained again"))
    assert runs.fetch_or_train(settings(epochs=1), stripes) == first


def test_the_same_settings_give_the_same_figures(stripes, monkeypatch, tmp_path):
    logits = []
    for place in ("first", "second"):
        monkeypatch.setenv("LOOKBOOK_RUNS", str(tmp_path / place))
        logits.append(runs.fetch_or_train(settings(), stripes).predictions("test")[2])
    assert np.array_equal(*logits)


def test_the_loss_as_it_went_is_the_mean_over_the_epoch(stripes):
    class Counting:
        """Stands for a network whose loss is 1, 2, 3, ... from batch to batch."""

        calls = 0

        def train_on_batch(self, images, labels, return_dict):
            self.calls += 1
            return {"loss": float(self.calls), "accuracy": 0.5}

    means = training.train_epoch(Counting(), stripes.images, stripes.labels["class"], np.arange(5), batch_size=2)
    assert means == {"loss": (2 * 1 + 2 * 2 + 1 * 3) / 5, "accuracy": 0.5}


def test_another_seed_gives_other_figures(stripes):
    one, two = (runs.fetch_or_train(settings(epochs=1, seed=seed), stripes) for seed in (0, 1))
    assert not np.array_equal(one.predictions("test")[2], two.predictions("test")[2])
    assert np.array_equal(one.predictions("val")[0], two.predictions("val")[0]), "the split is the same for every seed"


@pytest.mark.parametrize("moment", ["after the epoch", "between history and checkpoint"])
def test_a_killed_training_goes_on_and_ends_as_if_it_had_not_been(stripes, monkeypatch, tmp_path, moment):
    whole = runs.fetch_or_train(settings(), stripes)
    monkeypatch.setenv("LOOKBOOK_RUNS", str(tmp_path))
    checkpoint, write_text = training._checkpoint, training.write_text

    def killed_after(model, history, folder):
        if moment == "after the epoch":
            checkpoint(model, history, folder)
        if len(history) == 2:
            write_text(folder / "history.csv", training.pd.DataFrame(history).to_csv(index=False))
            raise KeyboardInterrupt
        checkpoint(model, history, folder)

    monkeypatch.setattr(training, "_checkpoint", killed_after)
    with pytest.raises(KeyboardInterrupt):
        runs.fetch_or_train(settings(), stripes)
    assert runs.read(tmp_path / whole.key) is None
    trained = []
    monkeypatch.setattr(training, "_checkpoint", lambda m, h, f: (trained.append(len(h)), checkpoint(m, h, f)))
    resumed = runs.fetch_or_train(settings(), stripes)
    assert trained == ([3, 4] if moment == "after the epoch" else [2, 3, 4])
    assert np.array_equal(resumed.predictions("test")[2], whole.predictions("test")[2])
    same = ["epoch", "loss", "accuracy", "train_loss", "val_loss"]
    assert resumed.history[same].equals(whole.history[same])


def test_a_kill_while_the_predictions_are_written_does_not_cost_the_training(stripes, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(np, "savez_compressed", killed)
        runs.fetch_or_train(settings(epochs=2), stripes)
    monkeypatch.setattr(training, "train_epoch", lambda *_: pytest.fail("trained again"))
    run = runs.fetch_or_train(settings(epochs=2), stripes)
    assert run.history["epoch"].tolist() == [1, 2] and not (run.folder / "checkpoint.keras").exists()


def test_random_layers_draw_the_same_noise_after_a_kill():
    from lib.backend import keras

    model = keras.Sequential([keras.Input((50,)), keras.layers.Dropout(0.5)])
    ones, drawn = np.ones((1, 50), "float32"), []
    for epoch in (0, 1, 0):
        training.reseed(model, 7, epoch)
        drawn.append(np.asarray(model(ones, training=True)))
    assert np.array_equal(drawn[0], drawn[2])
    assert not np.array_equal(drawn[0], drawn[1])


def test_the_test_pictures_are_not_read_before_the_last_epoch(stripes, monkeypatch):
    read = []
    predict = training.predict
    monkeypatch.setattr(training, "predict", lambda model, images: read.append(len(images)) or predict(model, images))
    runs.fetch_or_train(settings(epochs=2), stripes)
    assert read == [120, 30, 120, 30, 120, 30, 30], "after each epoch training and validation, then all three once"


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


def test_the_unit_of_work_is_a_command(stripes, monkeypatch, tmp_path, capsys):
    from lib import train

    monkeypatch.setattr(catalogue, "load", lambda name: stripes)
    file = tmp_path / "run.json"
    file.write_text(settings(epochs=1).model_dump_json())
    assert train.main(["--config", str(file)]) == 0
    folder = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(Path(folder, "metrics.json").read_text())["epochs"] == 1


def test_the_command_refuses_bad_settings_in_one_line(tmp_path):
    file = tmp_path / "run.json"
    file.write_text('{"system": "R2.simple", "data": {"name": "garments"}, "epoch": 1}')
    ended = subprocess.run([sys.executable, "-m", "lib.train", "--config", str(file)], capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1 and "did you mean 'epochs'" in ended.stderr
