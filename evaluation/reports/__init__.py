"""The pictures and reports of evaluation: for those who buy, for the council, for everybody."""
