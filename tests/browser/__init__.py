"""Two people in two browsers; a package, so that one Chromium serves all of its tests."""
