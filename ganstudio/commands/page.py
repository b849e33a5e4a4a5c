"""A comparison as a page: one HTML file that needs no network, with a figure for each cell and the tables."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from ganstudio.commands import numbers, table
from ganstudio.commands.trials import Outcome, Result
from ganstudio.palette import DARK, LIGHT, Palette

if TYPE_CHECKING:
    from ganstudio.data import Distribution
    from ganstudio.pictures import View

__all__ = ["html"]

LARGE, SMALL = 264, 88
"""Pixels a side of the first seed's picture, and of the others'."""
MOST_SMALL = 19
"""More seeds of a cell are numbers only."""

STYLE = """
:root { color-scheme: light dark; %(light)s }
@media (prefers-color-scheme: dark) {
  :root { %(dark)s }
  /* The pictures are drawn once, on white. Turned over, and their hues turned back, they are dark ones. */
  img, .dot { filter: invert(1) hue-rotate(180deg) contrast(.86) brightness(1.12); }
}
@media print {
  :root { %(light)s }
  img, .dot { filter: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .cell, tr { break-inside: avoid; }
  nav { display: none; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem clamp(1rem, 3vw, 3rem) 4rem; max-width: 150rem;
  background: var(--window); color: var(--text);
  font: 1rem/1.5 Inter, system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h3 small { color: var(--muted); font-weight: 400; }
h3 { font-size: 1rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
p { margin: .4rem 0; max-width: 75ch; }
pre { margin: .75rem 0; padding: .6rem .8rem; background: var(--raised); border-radius: .4rem; font-size: .85rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .75rem 0; }
.muted, .cell p, figcaption { color: var(--muted); font-size: .85rem; }
.dot { display: inline-block; width: .7em; height: .7em; border-radius: 50%%; }
.line { display: inline-block; width: 1.2em; border-top: 2px solid currentColor; vertical-align: middle; }
.scroll { overflow-x: auto; margin: .75rem 0 1.25rem; border: 1px solid var(--border); border-radius: .4rem; }
table { border-collapse: collapse; width: 100%%; background: var(--panel); font-size: .85rem;
  font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .55rem; text-align: right; white-space: nowrap; border-top: 1px solid var(--border); }
thead th { border-top: 0; vertical-align: bottom; color: var(--muted); font-weight: 600; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--panel); }
td.words { text-align: left; white-space: normal; color: var(--bad); min-width: 18rem; }
td.best { font-weight: 700; }
tr.perfect > * { color: var(--muted); font-style: italic; font-weight: 400; }
.cells { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%%, 10rem), 1fr)); }
@media (min-width: 45rem) { .cells { grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); } }
.cell { background: var(--panel); border: 1px solid var(--border); border-radius: .5rem; padding: .7rem; }
.cell .problem, .cell .failed { color: var(--bad); overflow-wrap: anywhere; }
.cell .failed { display: grid; place-content: center; aspect-ratio: 1; padding: 1rem; margin: .5rem 0 0;
  border: 1px dashed var(--border); border-radius: .3rem; }
.cell .failed > div { max-height: 14rem; overflow: auto; }
img { display: block; width: 100%%; height: auto; border: 1px solid var(--line); border-radius: .2rem; }
.cell > img { margin-top: .5rem; }
.seeds { display: grid; grid-template-columns: repeat(4, 1fr); gap: .3rem; margin-top: .3rem; }
figure { margin: 0; }
figcaption { font-size: .7rem; line-height: 1.3; text-align: center; }
"""


def html(ordered: Sequence[Result], summary: Mapping[str, Any], command: str) -> str:
    """Return the page.

    Parameters
    ----------
    ordered
        What came of every seed of every method and data set, those of a cell one after the other.
    summary
        The table of `ganstudio.commands.table.summarised`.
    command
        What was said on the command line to make it.
    """
    sections: dict[Distribution, dict[str, list[Result]]] = {}
    for result in ordered:
        sections.setdefault(result.data, {}).setdefault(result.method, []).append(result)
    names = table.data_names(list(sections))
    title = _title(sections)
    several = len(sections) > 1
    links = [f'<a href="#data-{index}">{escape(names[data])}</a>' for index, data in enumerate(sections)]
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<pre>{escape(command)}</pre>",
        _legend(),
        f'<nav aria-label="Data sets">{"".join(links)}</nav>' if several else "",
        *(_section(index, names[data], cells, summary) for index, (data, cells) in enumerate(sections.items())),
        f'<h2>About the numbers</h2><p class="muted">{escape(summary["caption"])}</p>',
    ]
    style = STYLE % {"light": _variables(LIGHT), "dark": _variables(DARK)}
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · GAN Studio</title>\n<style>{style}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body>\n</html>\n"
    )


def _title(sections: Mapping[Distribution, Mapping[str, Sequence[Result]]]) -> str:
    """Return what is compared, by name where that is short."""
    methods = list(dict.fromkeys(cell[0].title for cells in sections.values() for cell in cells.values()))
    data = list(dict.fromkeys(distribution.title for distribution in sections))
    what = " and ".join(methods) if len(methods) < 3 else _listed(methods, "methods")
    seeds = max(len(cell) for cells in sections.values() for cell in cells.values())
    return f"{what} on {_listed(data, 'data sets')}, {seeds} seed{'s' if seeds > 1 else ''}"


def _listed(names: Sequence[str], kind: str) -> str:
    return ", ".join(names) if len(names) < 5 else f"{len(names)} {kind}"


def _variables(palette: Palette) -> str:
    names = ("window", "panel", "raised", "border", "text", "muted", "accent", "bad")
    # The frame of a picture is part of it, and so always a light one, which the filter turns over.
    return " ".join(f"--{name}: {getattr(palette, name)};" for name in names) + f" --line: {LIGHT.border};"


def _legend() -> str:
    dots = "".join(
        f'<span class="dot" style="background: {colour}"></span> {name} &ensp; '
        for name, colour in (("real", LIGHT.real), ("generated", LIGHT.generated))
    )
    return (
        f'<p class="muted">{dots}<span class="line"></span> where the critic is undecided. '
        "The large picture is of the first seed.</p>"
    )


# ---- a data set -----------------------------------------------------------------------------------------


def _section(index: int, name: str, cells: Mapping[str, Sequence[Result]], summary: Mapping[str, Any]) -> str:
    entries = [entry for entry in summary["entries"] if entry["data"] == name]
    figures = [_cell(method, results) for method, results in cells.items()]
    return (
        f'<section id="data-{index}"><h2>{escape(name)}</h2>\n{_table(name, entries, summary)}\n'
        f'<div class="cells">\n{_real(cells)}' + "\n".join(figures) + "\n</div></section>"
    )


def _table(name: str, entries: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]) -> str:
    fullest = max(entries, key=lambda entry: len(entry["metrics"]))
    columns = list(fullest["metrics"])
    best = {column: _best(entries, column) for column in columns}
    headings = ["Method", "Seeds", *(table.heading(column, fullest["modes_total"]) for column in columns)]
    lines = ["".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)]
    for entry in entries:
        seeds = len(entry["seeds"])
        start = f'<th scope="row">{escape(entry["method"])}</th><td>{seeds}</td>'
        if not entry["metrics"]:
            said = "; ".join(table.problem_lines(entry))
            lines.append(f'{start}<td class="words" colspan="{max(1, len(columns))}">{escape(said)}</td>')
            continue
        values = [
            f"<td{' class=best' if entry['metrics'][column]['mean'] in best[column] else ''}>"
            f"{escape(table.cell(entry['metrics'][column], column, seeds))}</td>"
            for column in columns
        ]
        lines.append(start + "".join(values))
    perfect = summary["perfect_sampler"][name]
    values = [f"<td>{escape(table.cell(perfect.get(column, {}), column))}</td>" for column in columns]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines[1:])
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Numbers on {escape(name)}"><table>\n'
        f"<thead><tr>{lines[0]}</tr></thead>\n<tbody>{body}"
        f'<tr class="perfect"><th scope="row">perfect sampler</th><td></td>{"".join(values)}</tr>\n'
        "</tbody></table></div>"
    )


def _best(entries: Sequence[Mapping[str, Any]], column: str) -> tuple[float, ...]:
    """Return the best mean of a column, nothing if it tells nobody apart."""
    from ganstudio.metrics import METRICS

    means = [entry["metrics"][column]["mean"] for entry in entries if entry["metrics"]]
    known = [mean for mean in means if mean is not None]
    if column not in METRICS or len(set(known)) < 2:
        return ()
    return (max(known) if METRICS[column].better == "high" else min(known),)


# ---- a cell ---------------------------------------------------------------------------------------------


def _real(cells: Mapping[str, Sequence[Result]]) -> str:
    """Return the first cell of a data set: the real samples."""
    from ganstudio import pictures

    first = next((result for cell in cells.values() for result in cell if isinstance(result, Outcome)), None)
    if first is None:
        return ""
    picture = _image(pictures.real_thumbnail(_view(first), LARGE), LARGE, f"Samples of {first.data.title} itself")
    return f'<article class="cell"><h3>{escape(first.data.title)}</h3>{picture}<p>real data</p></article>\n'


def _cell(method: str, results: Sequence[Result]) -> str:
    """Return a method on a data set: the first seed's picture, the others' smaller, numbers, and what went wrong."""
    from ganstudio import pictures

    measured = [result for result in results if isinstance(result, Outcome)]
    title = results[0].title
    name = "" if title == method else f" <small>{escape(method)}</small>"
    parts = [f"<h3>{escape(title)}{name}</h3>"]
    if measured:
        first, *others = measured
        parts.append(_image(pictures.thumbnail(_view(first), LARGE), LARGE, _alt(first)))
        small = [
            f"<figure>{_image(pictures.thumbnail(_view(other), SMALL), SMALL, _alt(other))}"
            f"<figcaption>seed {other.row['seed']}</figcaption></figure>"
            for other in others[:MOST_SMALL]
        ]
        if small:
            parts.append(f'<div class="seeds">{"".join(small)}</div>')
        parts.append(f"<p>{escape(_numbers(measured, len(results)))}</p>")
    else:
        said = escape("; ".join(dict.fromkeys(result.problem for result in results)))
        parts.append(f'<div class="failed"><div>not trained: {said}</div></div>')
    if measured:
        parts += [
            f'<p class="problem">seed {result.row["seed"]}: {escape(result.problem)}</p>'
            for result in results
            if result.problem
        ]
    return f'<article class="cell">{"".join(parts)}</article>'


def _numbers(measured: Sequence[Outcome], seeds: int) -> str:
    rows = [outcome.row for outcome in measured]
    said = [numbers.summary(rows)]
    if rows[0]["modes_total"] is not None:
        said.append(f"sliced W₂ {numbers.middle_of(rows, 'sliced_w2'):.3g}")
    if seeds > 1:
        said.append(f"medians of {len(rows)} seeds" if len(rows) == seeds else f"{len(rows)} of {seeds} seeds")
    if len(rows) - 1 > MOST_SMALL:
        said.append(f"{len(rows) - 1 - MOST_SMALL} seeds not shown")
    return " · ".join(said)


def _alt(outcome: Outcome) -> str:
    return f"{outcome.title} on {outcome.data.title}, seed {outcome.row['seed']}: {numbers.summary([outcome.row])}"


def _view(outcome: Outcome) -> View:
    from ganstudio import pictures

    return pictures.View.of(outcome.experiment, outcome.samples, outcome.field, "")


def _image(png: bytes, side: int, alt: str) -> str:
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<img width="{side}" height="{side}" loading="lazy" decoding="async" alt="{escape(alt)}" '
        f'src="data:image/png;base64,{data}">'
    )
