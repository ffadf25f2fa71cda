"""What an operator sees: log lines, traces and metrics. Never of whom, and never what was said."""
