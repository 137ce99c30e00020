"""The servers that tether-relay is compared with, each written for speed as a user of its framework would."""
