"""The pictures of evaluation: where things stand, in units of the drawing. Templates only draw.

A picture and its table are one object (``Chart``), made from one list, so that they cannot disagree. Nothing here
loads a library of statistics: the web process draws with plain arithmetic.
"""

from __future__ import annotations

from core.charts import cell
from core.charts.bars import BarRow, bars
from core.charts.chart import Chart, Estimate
from core.charts.distribution import Dot, dots, histogram
from core.charts.flow import Route, flow, kept_apart
from core.charts.funnel import FunnelPoint, Position, funnel
from core.charts.quality import (
    BOTTOM,
    HEIGHT,
    INDEX_EXPECTED,
    INDEX_SCALE,
    ROUND,
    SHARE_SCALE,
    TOP,
    WIDTH,
    QualityPicture,
    outline,
    position,
    quality_picture,
    share_picture,
)
from core.charts.radar import RadarAxis, radar
from core.charts.tables import Cell, Column, Table
from core.charts.trend import TrendPoint, trend
from core.charts.weeks import WeekPoint, weeks

__all__ = [
    "BOTTOM",
    "HEIGHT",
    "INDEX_EXPECTED",
    "INDEX_SCALE",
    "ROUND",
    "SHARE_SCALE",
    "TOP",
    "WIDTH",
    "BarRow",
    "Cell",
    "Chart",
    "Column",
    "Dot",
    "Estimate",
    "FunnelPoint",
    "Position",
    "QualityPicture",
    "RadarAxis",
    "Route",
    "Table",
    "TrendPoint",
    "WeekPoint",
    "bars",
    "cell",
    "dots",
    "flow",
    "funnel",
    "histogram",
    "kept_apart",
    "outline",
    "position",
    "quality_picture",
    "radar",
    "share_picture",
    "trend",
    "weeks",
]
