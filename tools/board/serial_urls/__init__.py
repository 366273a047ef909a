"""What pyserial opens for some URLs in place of its own: ports.py has it look here first."""
