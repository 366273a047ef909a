from firmware.vending_machine import start
from hal.board import Board

start(Board, "machine.json")
