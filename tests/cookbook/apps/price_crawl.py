"""A crawl of 1,250 products in one trace; a comma in one price made it zero."""

import re
import time

import mlflow
from mlflow.entities import SpanType

from tests.cookbook.simulation import at

PRODUCTS = 1_250
ODD = "BOLT-1187"


@mlflow.trace(span_type=SpanType.TOOL)
def fetch(sku: str) -> str:
    time.sleep(0.01)
    price = "1,240.00" if sku == ODD else f"{1 + int(sku[-2:])}.50"
    return f"<h1>{sku}</h1><b>{price} EUR</b>"


@mlflow.trace(span_type=SpanType.PARSER)
def parse_price(page: str) -> float:
    found = re.search(r"<b>(\d+\.\d\d) EUR", page)
    return float(found[1]) if found else 0.0


@mlflow.trace(span_type=SpanType.WORKFLOW)
def crawl(shop: str) -> dict[str, float]:
    prices = [parse_price(fetch(f"BOLT-{number:04}")) for number in range(PRODUCTS)]
    return {"products": len(prices), "total": round(sum(prices), 2)}


def main() -> None:
    at("2026-11-20T03:00:00Z")
    crawl("bolts")
