"""Statistics as SciPy and statsmodels compute them, for comparison: writes golden.json beside itself.

    /usr/bin/python3 statistics_reference.py

Needs Debian's python3-scipy and python3-statsmodels; the versions used are in the file.
"""
import json
import pathlib

import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(20260602)
out = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__}}

p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34, 0.341, 0.384, 0.569, 0.594, 0.696, 0.762, 0.94, 0.942, 0.975, 0.986, 0.04, 1.0]
out["corrections"] = {"p": p, "holm": list(multipletests(p, method="holm")[1]), "benjamini_hochberg": list(multipletests(p, method="fdr_bh")[1])}

out["mcnemar"] = []
for b, c in [(4, 1), (10, 3), (0, 6), (25, 24), (60, 31)]:
    table = [[50, b], [c, 7]]
    out["mcnemar"].append({"b": b, "c": c, "exact": mcnemar(table, exact=True).pvalue, "corrected": mcnemar(table, exact=False, correction=True).pvalue})

a, b = rng.normal(0.71, 0.05, 30).round(9), rng.normal(0.69, 0.05, 30).round(9)
d = a - b
n, ratio = len(d), 1 / 9
t = d.mean() / np.sqrt(d.var(ddof=1) * (1 / n + ratio))
reach = stats.t.ppf(0.975, n - 1) * np.sqrt(d.var(ddof=1) * (1 / n + ratio))
out["corrected_t"] = {"a": list(a), "b": list(b), "ratio": ratio, "t": t, "p": 2 * stats.t.sf(abs(t), n - 1), "low": d.mean() - reach, "high": d.mean() + reach}
df = n - 1
ranks = stats.rankdata(np.abs(d))
out["corrected_t"]["rank_biserial"] = (ranks[d > 0].sum() - ranks[d < 0].sum()) / ranks.sum()
out["corrected_t"]["wilcoxon"] = {"stat": stats.wilcoxon(a, b).statistic, "p": stats.wilcoxon(a, b).pvalue}
out["corrected_t"]["ttest_rel"] = {"t": stats.ttest_rel(a, b).statistic, "p": stats.ttest_rel(a, b).pvalue}

x = rng.lognormal(0, 1, 25).round(4)
out["bootstrap"] = {"x": list(x)}
for name, statistic in [("variance", lambda v, axis=-1: np.var(v, axis=axis, ddof=1)), ("mean", lambda v, axis=-1: np.mean(v, axis=axis))]:
    result = {m: stats.bootstrap((x,), statistic, n_resamples=999, method=m, random_state=np.random.default_rng(7)) for m in ("BCa", "percentile")}
    out["bootstrap"][name] = {
        "distribution": list(result["BCa"].bootstrap_distribution),
        **{m.lower(): [r.confidence_interval.low, r.confidence_interval.high] for m, r in result.items()},
    }

pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(out) + "\n")
