"""What a firm is and has; its numbers are a row of the firm table. What it decides stands in the files beside this one."""

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.population import LINES

if TYPE_CHECKING:
    from sim.consortium.state import ConsortiumState
    from sim.model import ConsortiumModel


class FirmState(mesa.Agent):
    """A storage firm as others see it: its place in the firm table, its memberships, its own dice."""

    model: "ConsortiumModel"

    def __init__(self, model: "ConsortiumModel", number: int, intensity: float) -> None:
        super().__init__(model)
        self.number = number
        self.table = model.firms  # the firm table that holds this firm's numbers
        self.name = self.table.names[number]  # a label
        self.country = self.table.countries[self.table.country[number]]  # of the ultimate owner
        self.dice = int(self.table.dice[number])  # in the streams of chance; a newcomer's does not tell how many came before
        self.table.intensity[number] = intensity
        self.memberships: list[ConsortiumState] = []
        self.disappointed: dict[int, int] = {}  # years of disappointment by consortium number
        self.pending: tuple[int, int] | None = None  # system being industrialised, month when it is ready
        self.losing_years = 0
        self.grants: list[tuple[float, int]] = []  # million US$ a year, month in which it ends
        self.joined: dict[int, int] = {}  # month of joining by consortium number
        self.tradable = True

    @property
    def alive(self) -> bool:
        """Whether the firm still exists."""
        return self.table.alive.item(self.number)

    @property
    def intensity(self) -> float:
        """Own R&D over the revenue that depends on storage, before membership changes it."""
        return self.table.intensity.item(self.number)

    @property
    def makes_drives(self) -> bool:
        """Whether it owns a drive line."""
        return self.table.maker.item(self.number)

    @property
    def lines(self) -> list[str]:
        """Its business lines."""
        return [line for line, owned in zip(LINES, self.table.owns[self.number].tolist(), strict=True) if owned]

    @property
    def revenue(self) -> float:
        """Revenue of all lines, million US$ a year."""
        return float(self.table.revenue[self.number].sum())

    @property
    def storage(self) -> float:
        """Revenue that depends on storage technology, million US$ a year."""
        return float(self.model.storage_revenue[self.number]) if self.number < len(self.model.storage_revenue) else 0.0

    def running_grants(self) -> float:
        """Public awards to this firm alone that run now, million US$ a year."""
        return sum([amount for amount, end in self.grants if end > self.model.month], 0.0)

    @property
    def cash(self) -> float:
        """Cash, million US$."""
        return self.model.accounts.held(self.table.account.item(self.number))

    @property
    def know_how(self) -> np.ndarray:
        """Know-how per cell, systems × functions (a view)."""
        return self.table.know_how[self.number]

    @property
    def threat(self) -> float:
        """Share of its disk business that it expects flash to take within its horizon."""
        return self.table.threat.item(self.number)

    def draw(self, decision: str, other: int = 0) -> float:
        """The uniform number that chance holds for this firm, this decision and this month."""
        model = self.model
        return model.chance.uniform(decision, model.month, self.dice, other)

    def noise(self, decision: str, other: int = 0) -> float:
        """The standard normal number that chance holds for this firm, this decision and this month."""
        return self.model.chance.normal(decision, self.model.month, self.dice, other)
