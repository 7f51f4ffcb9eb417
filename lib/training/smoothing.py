"""Label smoothing for int labels, which Keras's own losses smooth for one-hot labels only."""

from lib.base.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable("lookbook")
class SmoothedCrossEntropy(keras.losses.Loss):
    """Cross-entropy of logits with a truth of which a share, `smoothing`, is given to all classes alike.

    Source: Szegedy et al. 2015 (arXiv 1512.00567), section 7. With 0 it is the ordinary cross-entropy.
    `keras.models.load_model` finds this class only after `import lib.training.smoothing`.
    """

    def __init__(self, smoothing: float, name: str = "smoothed_cross_entropy", **settings):
        super().__init__(name=name, **settings)
        self.smoothing = smoothing

    def call(self, y_true, y_pred):
        """Return each picture's loss: float (N,), from int labels (N,) and logits (N, classes)."""
        classes = y_pred.shape[-1]
        truth = ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), classes, dtype=y_pred.dtype)
        truth = truth * (1 - self.smoothing) + self.smoothing / classes
        return -ops.sum(truth * ops.log_softmax(y_pred), axis=-1)

    def get_config(self):
        """Return what a saved model needs to make this loss again."""
        return super().get_config() | {"smoothing": self.smoothing}
