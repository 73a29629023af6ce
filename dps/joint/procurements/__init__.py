"""Joint procurements in the stages that their agreement sets: need, proposal, steering, decisions, use, follow-up."""
