"""The running projects of a consortium: begun, paid, reviewed, handed over, ended."""

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.consortium.projects import END, Project, Tally, row_of, tally
from sim.consortium.state import NEVER, ConsortiumState
from sim.population import FUNCTIONS, MEDIA

if TYPE_CHECKING:
    from sim.university import University


class Portfolio(ConsortiumState):
    """The part of a consortium that keeps its running projects."""

    def running(self) -> Tally:
        """The running projects in sums, added up again after a change."""
        if self._tally is None:
            self._tally = tally(self.sheet[: len(self.projects)])
        return self._tally

    def _is_disk(self, system: int) -> bool:
        return self.model.systems.disk[system]

    def _next_number(self) -> int:
        self.started += 1
        return self.started

    def _starts(self, project: Project) -> None:
        self._takes_in(project)
        self.model.all_projects.append((self.number, project))
        if project.performer is not None:
            project.performer.takes_on(1, project.fee_musd, project.public_musd)
            self._works_with(project.performer)
        self.model.counts_start(self, project)

    def _takes_in(self, project: Project) -> None:
        if len(self.projects) == len(self.sheet):
            self.sheet = np.concatenate([self.sheet, np.zeros_like(self.sheet)])
        self.sheet[len(self.projects)] = row_of(project)
        self.projects.append(project)
        self._tally = None
        self.next_end = min(self.next_end, project.end)
        self._counts_lead(project.lead, 1)
        self.cell_musd[project.system, project.function] += project.total_musd

    def _hands_lead(self, project: Project, lead: int) -> None:
        """Another firm, by number, looks after a running project from now on; -1 is nobody."""
        self._counts_lead(project.lead, -1)
        self._counts_lead(lead, 1)
        project.lead = lead

    def _counts_lead(self, lead: int, more: int) -> None:
        self.has_a_place_for(lead)
        self.leads[lead] += more

    def has_a_place_for(self, lead: int) -> None:
        """Make room in the count of leads for a firm, by number, and for those born before it."""
        if lead >= len(self.leads) - 1:
            self.leads = np.concatenate([self.leads[:-1], np.zeros(lead + 1, dtype=np.int64), self.leads[-1:]])

    def _works_with(self, university: "University") -> None:
        self.universities_ever.add(university.number)
        if self.number not in university.ties:
            university.ties.add(self.number)
            self.ties += 1

    def _ends(self, project: Project) -> None:
        place, running = self.projects.index(project), len(self.projects)
        del self.projects[place]
        self.sheet[place : running - 1] = self.sheet[place + 1 : running]
        since = project.start if project.since is None else project.since
        self.model.spells.append((project, self.number, since, self.model.month))
        self._tally = None
        self._counts_lead(project.lead, -1)
        self.cell_musd[project.system, project.function] -= project.total_musd
        if project.performer is not None:
            project.performer.takes_on(-1, -project.fee_musd, -project.public_musd)

    def drops(self, project: Project) -> None:
        """A project ends with its consortium."""
        self._ends(project)

    def hands_over(self, project: Project, heir: "Portfolio") -> None:
        """A running project goes on under another consortium."""
        self._ends(project)
        heir.receives(project)

    def receives(self, project: Project) -> None:
        """Take over a running project; it is not counted as a start."""
        project.number, project.since = self._next_number(), self.model.month
        self._takes_in(project)
        if project.performer is not None:
            project.performer.takes_on(1, project.fee_musd, project.public_musd)
            self._works_with(project.performer)

    def hands_over_projects(self, heir: "Portfolio", medium: str) -> None:
        """The projects of a programme go along with those who leave, each with half a year of its money.

        What the parent cannot give that money to stays, and so do publicly funded joint ventures.
        """
        for project in list(self.projects):
            on_medium = MEDIA[self.model.systems.medium[project.system]] == medium
            if on_medium and project.performer is not None and project.public_musd == 0.0:
                money = project.fee_musd / 2.0
                if money <= self.model.accounts.held(self.account) - self.reserve:
                    self.model.accounts.pay(self.account, heir.account, money)
                    self.hands_over(project, heir)

    def closes_projects(self) -> None:
        """Once a month: projects that have run their time end."""
        month = self.model.month
        if month < self.next_end:
            return
        due = [p for p in self.projects if p.end <= month]
        self.next_end = next_end_after(self.sheet[: len(self.projects)], month, NEVER)
        for project in due:
            self._ends(project)
            self.model.counts("projects_finished", self)
            self.appraises(project)

    def appraises(self, project: Project) -> None:
        """What a closed project is found to have brought."""
        raise NotImplementedError

    def pays_projects(self) -> None:
        """Once a month: fees, governments and taking-part members pay what the running projects cost."""
        if not self.projects:
            return
        accounts, sums, flows = self.model.accounts, self.running(), self.flows
        fee, public, match = sums.fee / 12.0, sums.public / 12.0, sums.match / 12.0
        if public > 0:
            accounts.pay("taxpayers", self.account, public)
            self.last_public = self.model.month
            flows["public_money_musd"] += public
            flows["project_public_musd"] += sums.grants / 12.0
        accounts.pay(self.account, "project costs", fee + public)
        if match > 0 and self.members:
            accounts.share_out(self.standing().accounts, "project costs", match)
            flows["match_musd"] += match
        flows["project_private_musd"] += fee

    def _stops_weakest(self, why: str) -> bool:
        """Stop the youngest project paid from fees; whether there was one."""
        paid = [p for p in self.projects if p.fee_musd > 0]
        if paid:
            self._stop(paid[-1], why)
        return bool(paid)

    def _stop(self, project: Project, why: str) -> None:
        project.stopped = self.model.month
        self._ends(project)
        self.model.counts("projects_stopped", self)
        cell = f"{self.model.systems.names[project.system]} / {FUNCTIONS[project.function]}"
        self.model.ledger.note(self.model.month, "project_stopped", self.name, cell, why)
        self.appraises(project)


@compiled
def next_end_after(sheet, month, never):
    """The month after this in which the next of the running projects ends."""
    first = never
    for place in range(len(sheet)):
        if sheet[place, END] > month:
            first = min(first, int(sheet[place, END]))
    return first
