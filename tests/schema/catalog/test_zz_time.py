import time
from tests.schema.catalog.test_budgets import *  # noqa
def test_time(shop, shopper):
    for _ in range(3): shopper(PRODUCT_LIST, first=20)
    t=[]
    for _ in range(15):
        a=time.perf_counter(); shopper(PRODUCT_LIST, first=20).data; t.append(time.perf_counter()-a)
    print("MS", sorted(t)[7]*1000)
    import cProfile,pstats
    p=cProfile.Profile(); p.enable()
    for _ in range(5): shopper(PRODUCT_LIST, first=20)
    p.disable(); pstats.Stats(p).sort_stats("tottime").print_stats(14)
