"""Maps drawn on the server."""

import pytest

from knowledge.territories.outlines import frame, zone

SQUARE = {"type": "Polygon", "coordinates": [[[0, 46], [2, 46], [2, 48], [0, 48], [0, 46]]]}
ISLANDS = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], SQUARE["coordinates"]]}


def test_a_square_of_degrees_is_drawn_higher_than_wide_at_our_latitude():
    shown = frame([], [SQUARE], width=1000)
    assert shown.width == 1000
    assert shown.height == pytest.approx(1000 / 0.6820, rel=0.01)
    assert shown.view_box == f"0 0 1000 {shown.height:g}"
    x, y = shown.project(47, 1)
    assert (x, y) == (500, pytest.approx(shown.height / 2, abs=0.1))
    assert shown.project(48, 0)[1] < shown.project(46, 0)[1]


def test_a_path_closes_its_rings_and_leaves_out_what_falls_together():
    shown = frame([], [SQUARE])
    path = shown.path(SQUARE)
    assert path.startswith("M")
    assert path.endswith("Z")
    assert path.count("L") == 3
    assert shown.path(ISLANDS).count("M") == 2
    close = [[0, 46], [0.00001, 46], [2, 46], [2, 48], [0, 46]]
    assert shown.path({"type": "Polygon", "coordinates": [close]}).count("L") == 2
    speck = [[0, 46], [0.00001, 46], [0.00001, 46.00001], [0, 46]]
    assert shown.path({"type": "Polygon", "coordinates": [speck]}) == ""


def test_only_what_is_asked_is_framed():
    assert frame([]) is None
    reunion = frame([(-21.1, 55.5)])
    assert reunion.holds(-21.1, 55.5)
    assert not reunion.holds(46, 2)
    assert reunion.project(-21.1, 55.5) == (500, pytest.approx(reunion.height / 2, abs=0.1))
    both = frame([(46.6, 1.06), (46.8, 1.7)])
    assert both.holds(46.7, 1.4)
    assert (zone(46.6, 1.06), zone(42.1, 9.1)) == ("metropole", "metropole")
    assert zone(-21.1, 55.5) == zone(46.8, -56.2) == "overseas"
