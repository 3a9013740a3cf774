"""Tests of the gateways against real stores."""
