"""Bookings at work: each message, each neighbour, and what changes."""

from services.bookings.service.neighbours import Neighbours
from services.bookings.service.outside import OutsideTimes
from services.bookings.service.series import SeriesOfBookings
from services.bookings.service.single import SingleBookings
from services.bookings.service.waiting import WaitingList


class Bookings(SingleBookings, SeriesOfBookings, WaitingList, OutsideTimes, Neighbours):
    name = "bookings"
