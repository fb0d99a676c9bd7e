"""The first run of all, on a mailbox that was never seen before; and what colleagues do meanwhile."""

from bench import bounds, firm
from bench.cases import Bench
from crmcorner.items.records import Kind

KIND = Kind.CONTACTS


def first_of_all(bench: Bench, size: int) -> None:
    """Pull from a mailbox never seen before: its identity and its list of categories are asked for as well."""
    name = "first"
    firm.add_user(name, bench.place, (KIND,))
    bench.place.fill_mailbox(name, KIND, size)
    bench.table.part(f"{KIND}: the first run of all, pull of {size:,}")
    run = bench.run(name)
    least = bounds.pull(KIND, size)
    bench.table.count("HTTP requests", run.http, least.http + bounds.ONCE, bound=least.http)
    bench.table.count("counted requests", run.counted, least.counted + bounds.ONCE, bound=least.counted)
    bench.table.count("requests refused", run.refused, 0)
    bench.table.count("not taken", size - run.changed, 0)


def colleagues(bench: Bench, size: int) -> None:
    """Run where nothing has changed but what a colleague keeps for himself."""
    name = bench.known("onlooker", KIND)
    firm.add_user("colleague", bench.place, (KIND,))
    firm.fill("colleague", KIND, size)
    bench.table.part(f"{KIND}: no-op after a colleague made {size:,} persons of his own")
    run = bench.run(name)
    least = bounds.no_op((KIND,))
    bench.table.count("counted requests", run.counted, least.counted, bound=least.counted)
    bench.table.cost("SQL statements", run.statements, digits=0)
    bench.table.cost("CPU", run.cpu * 1000, "ms", digits=0)
