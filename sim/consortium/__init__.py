"""Research consortia: charters, money, membership, votes, projects, changes of charter."""
