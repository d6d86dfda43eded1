// What a reader sees of the dashboard, for the checks.

const words = element => element.textContent.trim();
const endOf = element => element.getBoundingClientRect().right;
const overflows = element => element.scrollWidth > element.clientWidth + 1;
// Whether its text goes on where nobody sees it.
const isCut = element =>
  [element, ...element.querySelectorAll('*')].some(
    part => words(part) !== '' && getComputedStyle(part).display !== 'inline' && overflows(part),
  );

const all = (panel, selector, shape) => [...panel.querySelectorAll(selector)].map(shape);

// The element that has the words.
const innermost = element =>
  [...element.children].filter(one => words(one) !== '').map(innermost)[0] ?? element;
const cell = element => ({
  words: words(element),
  cut: words(element) !== '' && isCut(element),
  colours: [element, innermost(element)]
    .map(one => getComputedStyle(one))
    .flatMap(({backgroundColor, color}) => [backgroundColor, color]),
});
const tile = element => ({
  words: words(element),
  cut: isCut(element),
  colours: [element.dataset.colour],
});
const run = element => ({until: Number(element.dataset.until), colours: [element.dataset.colour]});
const row = element => ({words: words(element), cut: overflows(element)});
const series = icon => ({
  words: words(icon.parentElement),
  colour: getComputedStyle(icon).background,
});

export function seen(dashboard) {
  return dashboard.panels
    .filter(({type}) => type !== 'row')
    .map(({id, title, type}) => {
      const panel = document.querySelector(`[data-viz-panel-key="panel-${id}"]`);
      if (!panel) return {title, type, missing: true};
      const graph = panel.querySelector('[data-until]');
      return {
        title,
        type,
        isScrolled: all(panel, '[role=columnheader]', endOf).some(end => end > endOf(panel)),
        titleIsCut: all(panel, 'h2', overflows).some(Boolean),
        empty:
          panel.querySelector('[data-no-data]') !== null ||
          words(panel) === title ||
          graph?.dataset.until === '-Infinity',
        cells: all(panel, '[role=gridcell], [role=columnheader]', cell),
        tiles: all(panel, '[data-tile]', tile),
        legend: all(panel, '[data-testid="series-icon"]', series),
        runs: all(panel, '[data-run]', run),
        rows: all(panel, '[data-row]', row),
        until: type === 'timeseries' && graph ? Number(graph.dataset.until) : undefined,
      };
    });
}
