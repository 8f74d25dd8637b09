"""The sentences of the report card, drawn from its tables."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from sim.report.findings import percent
from sim.studies.validation import curves, recovery

if TYPE_CHECKING:
    from sim.studies.validation.validate import Validation


def headlines(made: "Validation") -> list[str]:
    """The report card in five or six sentences."""
    table = made.tables["patterns"]
    said = [made.sample.words, " ".join(_met(table, use) for use in ("fit", "check"))]
    order = table[table["pattern"] == "P1"]
    if len(order) and order["measured"].iloc[0]:
        row = order.iloc[0]
        said.append(f"All four stages come in the recorded order in **{percent(row['value'])}** of the histories "
                    f"({percent(row['p05'])} to {percent(row['p95'])}; asked for {percent(row['low'])}).")  # fmt: skip
    errors = made.tables["date_errors"].iloc[1:]
    told = "; ".join(f"{row.stage} {_late(row.median)} ({percent(row.near)} within two years)" for row in errors.itertuples())
    said.append(f"Dates in the median: {told}.")
    said.append(confusion_words(made))
    if "coverage_blind" in made.tables:
        said.append(_identified(made))
    return [*said, *rivals_words(made), *variance_said(made)]


def _met(table: pd.DataFrame, use: str) -> str:
    part = table[table["use"] == use]
    rest = int((~part["measured"]).sum())
    more = f" ({rest} not measured)" if rest else ""
    return f"**{int(part['pass'].sum())} of {int(part['measured'].sum())} {use} patterns are met**{more}."


def _late(years: float) -> str:
    if math.isinf(years):
        return "never"
    return f"{abs(years):.1f} years {'late' if years > 0 else 'early'}" if abs(years) >= 0.05 else "on the year"


def confusion_words(made: "Validation") -> str:
    """Agreement of the stages by year, beside what chance and the commonest stage would give."""
    told = made.numbers["confusion"]
    return (f"In **{percent(told['agreement'])}** of all years of all histories the simulated stage is the recorded one; the "
            f"commonest stage in every year would be right in {percent(told['commonest'])}, chance with the same frequencies "
            f"in {percent(told['by_chance'])} (Cohen's kappa {told['kappa']:.2f}).")  # fmt: skip


def recovery_words(made: "Validation") -> list[str]:
    """What came back, or why nothing was tried."""
    if "coverage_blind" not in made.tables:
        posterior = made.sample.posterior
        how = "`consortium validate --recovery 12` tries it" if posterior is not None else "it needs a calibration"
        said = [f"Not tried here: {how}."]
        return said if posterior is None else [*said, not_identified(posterior_widths(made))]
    told = made.tables["coverage_blind"]
    levels = ", ".join(f"{100 * level:.0f} % intervals hold the truth in {percent(told[f'coverage_{level:g}'].mean())}"
                       for level in recovery.LEVELS)  # fmt: skip
    points = int(told["points"].iloc[0])
    return [f"{points} known points, simulated anew and calibrated blind: over all parameters, {levels}.", _identified(made),
            not_identified(made.tables["narrowed"])]  # fmt: skip


def posterior_widths(made: "Validation") -> pd.DataFrame:
    """Posterior over prior width of each calibrated parameter."""
    posterior = made.sample.posterior
    names = [] if posterior is None else posterior.names
    return pd.DataFrame([{"parameter": name, "width": posterior.narrowed(name)} for name in names if posterior is not None],
                        columns=["parameter", "width"])  # fmt: skip


def _identified(made: "Validation") -> str:
    """Which parameters come back."""
    table = made.tables["coverage_costless"]
    back = table.loc[table["identified"], "parameter"]
    names = ", ".join(f"`{name}`" for name in back) or "none"
    return f"**{len(back)} of {len(table)} parameters come back** when they are known ({names})."


def not_identified(widths: pd.DataFrame) -> str:
    """The parameters of which the record says little, with posterior over prior width."""
    wide = widths[widths["width"] >= recovery.IDENTIFIED].sort_values("width", ascending=False, kind="stable")
    if wide.empty:
        return "The record narrows every parameter below 80\u00a0% of its prior."
    told = ", ".join(f"`{row.parameter}` {row.width:.2f}" for row in wide.itertuples())
    return f"**Not identified** by the record, with posterior over prior width: {told}."


def rivals_words(made: "Validation") -> list[str]:
    """Whether the model's own rules pass more patterns than their rivals."""
    if "rivals" not in made.tables:
        return []
    said = []
    for of, part in made.tables["rivals"].groupby("of", sort=False):
        own, *others = part.itertuples()
        told = "; ".join(f"{each.label}: {each.fit_passed} fit, {each.check_passed} check" for each in others)
        said.append(f"**Rule of {of}**: the model's own passes {own.fit_passed} fit and {own.check_passed} check patterns; "
                    f"{told} (each recalibrated).")  # fmt: skip
    return said


def curves_words(made: "Validation") -> list[str]:
    """The shapes in words."""
    said = []
    for row in made.tables["curves_agreement"].itertuples():
        if row.quantity in curves.QUANTITIES and math.isnan(row.rank_correlation):
            said.append(f"{curves.WORDS[row.quantity]}: too few numbers of makers to compare.")
    merger = made.tables["curves_agreement"].query("quantity == 'merger' and within_years").iloc[0]
    if not math.isnan(merger["rank_correlation"]):
        said.append(f"The hazard of merger a maker, within years, is highest at {merger['peak']:.0f} makers (published: "
                    f"{merger['published_peak']:.0f}); rank correlation {merger['rank_correlation']:+.2f}.")  # fmt: skip
    return said


def variance_said(made: "Validation") -> list[str]:
    """The largest share of each of the dates in words."""
    if "variance" not in made.tables:
        return []
    table = made.tables["variance"]
    told = []
    for label, part in table[table["outcome"].str.startswith("wait_")].groupby("label", sort=False):
        top = part.loc[part["share"].idxmax()] if part["share"].notna().any() else None
        if top is not None:
            told.append(f"{str(label).split(' (')[0]}: {top['part']} {percent(top['share'])}")
    return [f"Largest share of the variance of single histories: {'; '.join(told)}."] if told else []
