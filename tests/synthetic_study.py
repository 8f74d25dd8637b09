"""A study made by hand: histories that follow the record, or stand off from it by a known amount."""

import json

import numpy as np
import pandas as pd

from sim.patterns import record

START, MONTHS = 1991.0, 420
SYSTEMS = {"longitudinal": 0.0, "perpendicular": 28.0, "shingled": 11.0, "microwave": 12.0, "heat": 17.0,
           "heat_3d": np.nan}  # fmt: skip
FIRST_PRODUCT = {"perpendicular": 2005.5, "shingled": 2013.7, "microwave": 2019.2, "heat": 2024.0}
STAGES = {"national": "year_national", "international": "year_international",
          "industry-led": "year_industry_led", "bi-national": "year_bi_national"}  # fmt: skip


class SyntheticStudy:
    """What `sim.studies.Study` promises, from frames."""

    def __init__(self, outcomes, series, events, stages):
        self.outcomes, self._series, self._events, self.stages = outcomes, series, events, stages
        self.manifest = {"replicates": len(outcomes), "version": "0.1.0", "commit": "synthetic"}

    def series(self, columns=None):
        return self._series if columns is None else self._series[columns]

    def events(self, columns=None):
        return self._events if columns is None else self._events[columns]


def study_like_the_record(runs=20, later=0.0, spread=0.5, seed=1, months=MONTHS):
    """Histories on the recorded path; every stage `later` years late, years spread evenly over ± `spread`."""
    chance = np.random.default_rng(seed)
    offsets = np.linspace(-spread, spread, runs) + later
    histories = [_history(run, offset, chance, months, spread) for run, offset in enumerate(offsets)]
    outcomes, series, events, stages = zip(*histories, strict=True)
    return SyntheticStudy(
        pd.DataFrame(outcomes), pd.concat(series, ignore_index=True),
        pd.DataFrame([row for rows in events for row in rows]), pd.concat(stages, ignore_index=True),
    )  # fmt: skip


def _history(run, offset, chance, months, spread):
    """One run: its outcomes, series, events and stages."""
    dates = START + np.arange(months) / 12.0
    years = {name: start + (0.0 if name == "national" else offset)
             for name, start in record.stages().set_index("stage")["start"].items()}  # fmt: skip
    series = _series(dates, years, chance, spread)
    series.insert(0, "run", run)
    series.insert(1, "point", 0)
    series.insert(2, "seed", run + 1)
    stages = pd.DataFrame({"run": run, "stage": list(years), "start": list(years.values())})
    stages["end"] = [*list(years.values())[1:], START + months / 12.0]
    return _outcomes(run, years), series, _events(run, offset), stages


def _outcomes(run, years):
    told = {"run": run, "point": 0, "seed": run + 1, "year_sister_founded": 1995.0 + run % 3 * 0.2,
            "founders_industry_led": 8.0, "matrix_award_correlation": 0.85}  # fmt: skip
    told |= {STAGES[stage]: year for stage, year in years.items()}
    told |= {f"concept_to_product_years_{name}": lag for name, lag in SYSTEMS.items()}
    told |= {f"first_product_year_{name}": year for name, year in FIRST_PRODUCT.items()}
    return told


def _series(dates, years, chance, spread):
    """Monthly series: the record, straight or log-straight between its points, with a little noise."""
    wobble = 1.0 + 0.5 * spread * (chance.random() - 0.5)
    density = np.exp(np.interp(dates, _axis(_density()), np.log(list(_density().values())))) * wobble
    makers = record.makers().to_dict() | {2011: 4.0, 2012: 3.0}
    stage = np.searchsorted(sorted(years.values()), dates + 1e-6, side="right")
    public = np.interp(dates, [1991, 1995, 2000, 2007, 2011, 2012], [0.5, 3.0, 2.0, 0.2, 0.05, 0.0])
    fees = np.where(stage < 3, 0.4, 0.9) * wobble
    joined = np.interp(dates, [1991, 2000, 2008.7, 2026], [8, 31, 54, 70])
    data = {
        "month": np.arange(len(dates)), "year": dates, "product_density_gb_in2": density,
        "laboratory_density_gb_in2": density * np.interp(dates, [1991, 2005, 2026], [4.0, 2.5, 1.5]),
        "drive_makers": [makers.get(int(date + 1e-6), 3.0) for date in dates],
        "units_million_per_year": wobble * _line(dates, record.units(), 260.0),
        "revenue_busd_per_year": wobble * _line(dates, record.revenue(), 22.4),
        "price_usd_per_gb": np.exp(np.interp(dates, [1991, 2010, 2026], np.log([2790.0, 0.05, 0.015]))),
        "flash_price_usd_per_gb": np.exp(np.interp(dates, [1991, 2010, 2026], np.log([40000.0, 1.19, 0.05]))),
        "flash_unit_share": np.interp(dates, [2005, 2026], [0.0, 0.7]),
        "share_first": 0.42 + 0 * dates, "share_second": 0.37 + 0 * dates, "share_third": 0.20 + 0 * dates,
        "hhi_units": np.interp(dates, [1991, 2026], [900, 3600]),
        "members": np.round(np.interp(dates, [1991, 2000, 2011, 2026], [8, 24, 14, 14])),
        "core_members": np.round(np.interp(dates, [1991, 2026], [8, 5])),
        "members_ever": np.floor(joined), "members_ever_domestic": np.floor(np.minimum(joined, 36)),
        "universities_active": 20 + 0 * dates,
        "universities_ever": np.floor(np.interp(dates, [1991, 2000, 2008.7, 2026], [6, 28.5, 43.5, 60])),
        "projects_active": np.select([stage == 3, stage == 4], [25, 35], 40),
        "projects_active_disk": np.select([stage == 3, stage == 4], [25, 32], 28),
        "fee_income_musd": fees, "public_money_musd": public, "public_share": public / (public + fees),
        "reserve_musd": 1.0 + 0 * dates, "new_public_musd": public,
        "new_private_musd": np.where(dates < 2003, 1.05 * public, 8 * public + 0.1),
        "project_public_musd": 0.13 * fees, "project_private_musd": 0.87 * fees, "stage": stage,
    }  # fmt: skip
    return pd.DataFrame(data)


def _line(dates, points, in_2020):
    """Straight between the middles of recorded years, and on to the middle of 2020."""
    return np.interp(dates, [*(points.index + 0.5), 2020.5], [*points, in_2020])


def _density():
    """Points of product density: the record, its start in 1991 and what the paper says after 2010."""
    recorded = record.within(record.density("product"), START, np.inf)
    points = {1991.5: 0.1} | {year + 0.5: value for year, value in recorded.items()}
    return points | {2015.5: 1000.0, 2020.5: 1300.0, 2026.0: 1700.0}


def _axis(points):
    return np.array(list(points))


def _events(run, offset):
    """The recorded exits of makers by kind, and the opening."""
    kinds = {"liquidation": "maker_liquidated", "merger": "line_merged"}
    rows = []
    for year, exits in record.maker_exits().iterrows():
        for column, kind in kinds.items():
            rows += [_event(run, year + 0.5, kind)] * int(exits[column])
    rows += [_event(run, 2011.5, "line_merged"), _event(run, 2012.2, "line_merged")]
    return [*rows, _event(run, 2003.0 + offset, "charter_changed")]


def _event(run, year, kind):
    return {"run": run, "month": int((year - START) * 12), "year": year, "kind": kind, "who": "a maker",
            "whom": "", "why": "because the record says so", "terms": json.dumps({})}  # fmt: skip
