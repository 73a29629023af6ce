"""Cooperation agreements as data: parties, shares, groups, stages, rules of approval and of cost."""
