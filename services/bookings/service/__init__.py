"""Bookings at work: each message, each neighbour, and what changes."""

from services.bookings.service.neighbours import Neighbours
from services.bookings.service.series import SeriesOfBookings
from services.bookings.service.single import SingleBookings


class Bookings(SingleBookings, SeriesOfBookings, Neighbours):
    name = "bookings"
