"""What a firm decides: membership, research, products, deals."""

from sim.firm.agent import Firm

__all__ = ["Firm"]
