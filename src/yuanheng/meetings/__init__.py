"""Meetings: agenda, venues, who is asked and who came, papers, minutes that become tasks."""
