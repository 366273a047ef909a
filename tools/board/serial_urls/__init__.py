"""URL handlers that replace pyserial's: ports.py puts this package first in pyserial's search list."""
