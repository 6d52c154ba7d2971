"""A process that writes one SQLite file again and again. It knows nothing of Django: it is started afresh."""

import sqlite3

WRITES = 25


def write_often(path: str, number: int, begin: str) -> int:
    """Read and then write in one transaction, many times: how often the file was locked against us."""
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    locked = 0
    for turn in range(WRITES):
        try:
            connection.execute(begin)
            connection.execute("SELECT count(*) FROM told").fetchone()
            connection.execute("INSERT INTO told VALUES (?, ?)", (number, turn))
            connection.execute("COMMIT")
        except sqlite3.OperationalError:
            locked += 1
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    connection.close()
    return locked
