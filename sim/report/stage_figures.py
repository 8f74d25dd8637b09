"""The four stages: the recorded ribbon over all simulated ones, and when each stage began."""

from typing import Any

import numpy as np

from sim.patterns import Evidence, percent, record
from sim.patterns.score import quantile
from sim.report import style

YEARS = {
    "national": "year_national", "international": "year_international",
    "industry-led": "year_industry_led", "bi-national": "year_bi_national",
}  # fmt: skip
"""Stage → the outcome that holds its first year."""


@style.in_style
def stage_figure(study: Any) -> Any:
    """The recorded stages over the stages of every run, and the distribution of their first years.

    `study` is a study or an `Evidence`. Raises Missing when the study holds no series `stage`.
    """
    evidence = study if isinstance(study, Evidence) else Evidence(study)
    figure = style.sheet(9.6, 5.6)
    top, ribbons, starts = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": [0.55, 3.0, 1.7]})
    _recorded(top, evidence)
    _ribbons(ribbons, evidence)
    _starts(starts, evidence)
    style.span(starts, evidence)
    figure.align_ylabels([top, ribbons, starts])
    return figure


def _recorded(axes: Any, evidence: Evidence) -> None:
    """The ribbon of the record, with the bodies' names, as far as the histories reach."""
    rows = record.stages()
    ends = np.minimum([*rows["start"].iloc[1:], np.inf], evidence.horizon)
    for row, end in zip(rows.itertuples(), ends, strict=True):
        if row.start < end:
            axes.broken_barh([(row.start, end - row.start)], (0, 1), color=style.STAGE_COLOURS[row.stage])
            axes.text((row.start + end) / 2, 0.5, f"{row.label}\n({row.body})", ha="center", va="center",
                      fontsize=8.5, color=style.ink(row.stage))  # fmt: skip
    _bare(axes, "recorded")


def _ribbons(axes: Any, evidence: Evidence) -> None:
    """One line a run, sorted by the years in which the stages began."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    codes = evidence.series("stage")[_sorted(evidence)]
    colours = ListedColormap(list(style.STAGE_COLOURS.values()))
    norm = BoundaryNorm([-0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 9.5], colours.N)
    extent = (float(evidence.dates[0]), evidence.horizon, len(evidence), 0)
    axes.imshow(codes, aspect="auto", interpolation="nearest", cmap=colours, norm=norm, extent=extent)
    axes.grid(False)
    for start in record.stages()["start"].iloc[1:]:
        if start < evidence.horizon:
            axes.axvline(start, color=style.BLACK, linewidth=1.0, linestyle=(0, (2, 3)))
    _bare(axes, f"{len(evidence)} simulated\nhistories,\none a line")


def _sorted(evidence: Evidence) -> np.ndarray:
    """The order of runs by their first years; what is never reached comes last."""
    keys = [np.nan_to_num(evidence.outcome(name), nan=np.inf) for name in YEARS.values()
            if name in evidence.outcomes]  # fmt: skip
    return np.lexsort(keys[::-1]) if keys else np.arange(len(evidence))


def _starts(axes: Any, evidence: Evidence) -> None:
    """First year of each stage: median, 5–95 % and 25-75 % of the runs, the record as a diamond."""
    for height, (stage, name) in enumerate(YEARS.items()):
        years = evidence.outcome(name)
        reached, recorded = float(np.isfinite(years).mean()), record.stage_start(stage)
        _interval(axes, height, np.where(np.isnan(years), np.inf, years), stage, evidence.horizon)
        if recorded < evidence.horizon:
            axes.plot(recorded, height, marker="D", color=style.BLACK, markersize=6, zorder=5,
                      markeredgecolor="white", clip_on=False)  # fmt: skip
        axes.text(1.015, height, f"reached by {percent(reached)}", va="center", fontsize=8.5,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.set_yticks(range(len(YEARS)), list(YEARS))
    axes.set_ylim(len(YEARS) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("first year of each stage: diamond recorded; dot median, thick 25–75 %, thin 5–95 %")


def _interval(axes: Any, height: int, years: np.ndarray, stage: str, horizon: float) -> None:
    """A dot with two bars; what lies beyond the horizon is cut there and ends in an arrow."""
    shown = [min(quantile(years, share), horizon) for share in (0.05, 0.25, 0.5, 0.75, 0.95)]
    colour = style.STAGE_COLOURS[stage]
    axes.plot(shown[::4], [height] * 2, color=colour, linewidth=1.6)
    axes.plot(shown[1::2], [height] * 2, color=colour, linewidth=7, solid_capstyle="butt")
    beyond = quantile(years, 0.5) > horizon
    axes.plot(shown[2], height, marker=">" if beyond else "o", color=colour, markeredgecolor="white",
              markersize=9, clip_on=False, zorder=4)  # fmt: skip


def _bare(axes: Any, name: str) -> None:
    axes.set_yticks([])
    axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    for side in axes.spines.values():
        side.set_visible(False)
