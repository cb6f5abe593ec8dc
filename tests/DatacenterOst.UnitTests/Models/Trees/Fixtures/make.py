"""Makes the model files of this folder, and beside each what its own library predicts.

    /usr/bin/python3 make.py [path of lib_lightgbm.so]

XGBoost: Debian 12's python3-xgboost 1.7.4. LightGBM: the library of the NuGet package LightGBM 4.7.0
(runtimes/linux-x64/native/lib_lightgbm.so), called through its C interface, since Debian has none.
The rows are made from seeds. Each *.rows.csv has the inputs (empty = missing), then margin, predicted, shap_<input>, shap_bias.
"""
import ctypes
import sys
import numpy as np
import xgboost as xgb

ROWS = 240
NAMES = ["age", "creatinine", "platelets", "ward", "diagnosis", "zeros"]


def table(seed):
    """Numbers with missing values, two columns of categories (the last category is rare), one with many zeros."""
    random = np.random.default_rng(seed)
    x = np.column_stack([
        random.normal(60, 15, ROWS),
        random.lognormal(4.4, 0.4, ROWS),
        random.normal(250, 80, ROWS),
        random.integers(0, 4, ROWS),
        random.integers(0, 40, ROWS),
        np.where(random.random(ROWS) < 0.5, 0, random.normal(0, 1, ROWS)),
    ]).astype(np.float32).astype(np.float64)
    signal = 0.04 * (x[:, 0] - 60) + 0.02 * (x[:, 1] - 85) + (x[:, 3] == 2) + 0.8 * (x[:, 4] % 3 == 0) + x[:, 5]
    x[random.random(x.shape) < 0.15] = np.nan
    return x, signal + random.logistic(size=ROWS)


def probes(x):
    """The first rows, then rows at the borders: all missing, unknown and broken categories, zeros, very small numbers."""
    odd = np.array([
        [np.nan] * 6,
        [60, 85, 250, 9, 99, 0],
        [60, 85, 250, -1, -3, 1e-36],
        [60, 85, 250, 2.7, 3.9, -1e-36],
        [0, 0, 0, 0, 0, 0],
        [60, 85, 250, -0.5, 20000000, 1e-34],
        [1e30, -1e30, 1e30, 3, 39, -1e30],
    ])
    return np.vstack([x[:60], odd])


def write(name, names, x, margin, predicted, contributions):
    text = lambda v: "" if np.isnan(v) else repr(float(v))
    with open(name + ".rows.csv", "w") as file:
        file.write(",".join(names + ["margin", "predicted"] + ["shap_" + n for n in names] + ["shap_bias"]) + "\n")
        for row in zip(x, margin, predicted, contributions):
            file.write(",".join(text(v) for v in [*row[0], row[1], row[2], *row[3]]) + "\n")


def xgboost(name, objective, label, names=NAMES, formats=("json",), rounds=12, types=None, **more):
    x, signal = table(1)
    types = types or ["q", "q", "q", "c", "c", "q"]
    data = xgb.DMatrix(x, label(signal), feature_names=names, feature_types=types, enable_categorical=True)
    settings = dict(objective=objective, max_depth=4, eta=0.3, min_child_weight=1, nthread=1, seed=1, tree_method="hist") | more
    booster = xgb.train(settings, data, num_boost_round=rounds)
    for form in formats:
        booster.save_model(f"{name}.{form}")
    if name.startswith("refused"):
        return
    rows = probes(x)
    asked = xgb.DMatrix(rows, feature_names=names, feature_types=types, enable_categorical=True)
    write(name, names or [f"f{i}" for i in range(6)], rows.astype(np.float32),
          booster.predict(asked, output_margin=True), booster.predict(asked), booster.predict(asked, pred_contribs=True))


class LightGbm:
    """As much of LightGBM's C interface as it takes to train and to predict."""

    def __init__(self, path):
        self.library = ctypes.cdll.LoadLibrary(path)
        self.library.LGBM_GetLastError.restype = ctypes.c_char_p

    def call(self, function, *arguments):
        if getattr(self.library, function)(*arguments) != 0:
            raise RuntimeError(self.library.LGBM_GetLastError().decode())

    def predict(self, booster, x, kind, width):
        rows = np.ascontiguousarray(x, dtype=np.float64)
        out, length = np.zeros(len(rows) * width), ctypes.c_int64()
        self.call("LGBM_BoosterPredictForMat", booster, rows.ctypes.data_as(ctypes.c_void_p), 1, len(rows), rows.shape[1], 1,
                  kind, 0, -1, b"num_threads=1", ctypes.byref(length), out.ctypes.data_as(ctypes.c_void_p))
        return out.reshape(len(rows), -1)

    def train(self, name, objective, label, settings="", rounds=12):
        x, signal = table(2)
        x = np.ascontiguousarray(x)
        common = f"objective={objective} num_leaves=12 min_data_in_leaf=5 learning_rate=0.2 num_threads=1 deterministic=true verbosity=-1 seed=1 {settings}"
        data, booster = ctypes.c_void_p(), ctypes.c_void_p()
        self.call("LGBM_DatasetCreateFromMat", x.ctypes.data_as(ctypes.c_void_p), 1, ROWS, 6, 1,
                  (common + " categorical_feature=3,4 min_data_per_group=2 cat_smooth=1 max_cat_to_onehot=3").encode(), None, ctypes.byref(data))
        names = (ctypes.c_char_p * 6)(*[n.encode() for n in NAMES])
        self.call("LGBM_DatasetSetFeatureNames", data, names, 6)
        y = label(signal).astype(np.float32)
        self.call("LGBM_DatasetSetField", data, b"label", y.ctypes.data_as(ctypes.c_void_p), ROWS, 0)
        self.call("LGBM_BoosterCreate", data, (common + " min_data_per_group=2 cat_smooth=1 max_cat_to_onehot=3").encode(), ctypes.byref(booster))
        finished = ctypes.c_int()
        for _ in range(rounds):
            self.call("LGBM_BoosterUpdateOneIter", booster, ctypes.byref(finished))
        self.call("LGBM_BoosterSaveModel", booster, 0, -1, 0, (name + ".txt").encode())
        if name.startswith("refused"):
            return
        rows = probes(x)
        # The raw score of a forest and its contributions are sums in LightGBM, its prediction comes of the mean; the margin is that mean.
        trees = rounds if "rf" in settings else 1
        contributions = self.predict(booster, rows, 3, 7) / trees
        margin = self.predict(booster, rows, 1, 1)[:, 0] / trees
        write(name, NAMES, rows, margin, self.predict(booster, rows, 0, 1)[:, 0], contributions)


yes = lambda signal: (signal > 0).astype(float)
count = lambda signal: np.floor(np.exp(np.clip(signal / 3, -2, 3)))
share = lambda signal: 1 / (1 + np.exp(-signal))
time = lambda signal: np.where(signal > 0, 1, -1) * np.exp(np.clip(signal, -3, 3))

xgboost("xgb-categories", "binary:logistic", yes, formats=("json", "ubj"), base_score=0.3, max_cat_to_onehot=5)
xgboost("xgb-poisson", "count:poisson", count, names=None)
xgboost("xgb-cox", "survival:cox", time, base_score=0.7)
xgboost("xgb-squared", "reg:squarederror", lambda s: s, base_score=1.5)
xgboost("xgb-share", "reg:logistic", share, base_score=0.123, formats=("ubj",))
xgboost("xgb-forest", "binary:logistic", yes, num_parallel_tree=6, subsample=0.7, colsample_bynode=0.6, rounds=2, types=["q"] * 6, eta=1.0)
xgboost("xgb-deep", "binary:logistic", yes, max_depth=14, min_child_weight=0, reg_lambda=0, rounds=3, types=["q"] * 6, tree_method="exact")
xgboost("refused-dart", "binary:logistic", yes, booster="dart", rounds=2, max_depth=2, types=["q"] * 6)
xgboost("refused-linear", "binary:logistic", yes, booster="gblinear", rounds=2, types=["q"] * 6)
xgboost("refused-softprob", "multi:softprob", lambda s: np.clip(np.floor(s), 0, 2), num_class=3, rounds=2, max_depth=2, types=["q"] * 6)

if len(sys.argv) > 1:
    lightgbm = LightGbm(sys.argv[1])
    lightgbm.train("lgb-binary", "binary", yes, "sigmoid=0.7")
    lightgbm.train("lgb-zero", "regression", lambda s: s, "zero_as_missing=true")
    lightgbm.train("lgb-none", "regression", lambda s: s, "use_missing=false")
    lightgbm.train("lgb-poisson", "poisson", count)
    lightgbm.train("lgb-share", "cross_entropy", share)
    lightgbm.train("lgb-forest", "binary", yes, "boosting=rf bagging_freq=1 bagging_fraction=0.7 feature_fraction=0.7")
    lightgbm.train("lgb-root", "regression", lambda s: s, "reg_sqrt=true", rounds=4)
    lightgbm.train("refused-multiclass", "multiclass", lambda s: np.clip(np.floor(s), 0, 2), "num_class=3", rounds=1)
    lightgbm.train("refused-linear-tree", "regression", lambda s: s, "linear_tree=true", rounds=2)
