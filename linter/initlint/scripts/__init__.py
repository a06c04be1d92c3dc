"""The scripts that jobs run: shell and SQL, with positions in the file they were written in."""
