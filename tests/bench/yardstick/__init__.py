"""What the shop is measured against. Files in this folder never change once landed (tests/bench/test_yardsticks.py)."""
