// What a reader must be able to see, and mustn't be told.

// Where there is nothing to see, and why.
const NOTHING = {
  all: {'Certificates left': 'nobody has TLS here'},
  healthy: {
    'Firing alerts': 'none does',
    'Changes in this time range': 'nothing has changed',
    'Last change of each field': 'nothing has',
  },
};

// What each dashboard has to show of the trouble: words of a panel, or ALARM: a tile, cell or bar
// in red, orange or purple.
const ALARM = Symbol('alarm');
const TROUBLE = {
  overview: {
    Alerts: ALARM,
    Failing: ALARM,
    Stale: ALARM,
    'Not found': ALARM,
    'Firing alerts': /TenantscopeB2BLost/,
    'Needs a look': /county\.example.*global/,
    'Every tenant': ALARM,
    'Changes in this time range': /agency\.onmicrosoft\.us/,
  },
  tenant: {
    'B2B capability': ALARM,
    Expectations: ALARM,
    'Firing alerts': ALARM,
    'B2B, presence and probes over time': ALARM,
  },
  collaborations: {
    'Pairs by verdict': ALARM,
    'Who can invite whom': ALARM,
    Pairs: ALARM,
    'Verdicts over time': ALARM,
  },
  exporter: {
    'Authority reachable': ALARM,
    'Requests by outcome': /not_json/,
    'Failed deliveries': /http_status/,
  },
};

const rgb = colour =>
  colour
    .match(/^#(..)(..)(..)/)
    ?.slice(1)
    .map(two => parseInt(two, 16)) ??
  colour.match(/\d+/g)?.map(Number) ?? [0, 0, 0];
const isGreen = ({colours}) => colours.map(rgb).some(([r, g, b]) => g > r + 30 && g > b + 30);
const isAlarm = ({colours}) => colours.map(rgb).some(([r, g, b]) => r > g + 50 && r + b > g + 100);

function words({cells = [], tiles = [], legend = [], rows = []}) {
  return [...cells, ...tiles, ...legend, ...rows].map(one => one.words).join(' ');
}

function noData({seen}, {state}) {
  if (state === 'down') return [];
  const byRight = {...NOTHING.all, ...NOTHING[state]};
  return seen
    .filter(
      ({missing, empty, tiles = [], title}) =>
        !(title in byRight) &&
        (missing || empty || tiles.some(tile => tile.words.includes('no data'))),
    )
    .map(({title}) => `"${title}" shows nothing`);
}

function cut({seen}) {
  return seen.flatMap(({title, titleIsCut, isScrolled, cells = [], tiles = [], rows = []}) => [
    ...(isScrolled ? [`columns on the right of "${title}"`] : []),
    ...(titleIsCut ? [`the title "${title}"`] : []),
    ...[...cells, ...tiles, ...rows]
      .filter(one => one.cut)
      .map(one => `"${one.words}" in "${title}"`),
  ]);
}

function oneColour({seen}) {
  return seen.flatMap(({title, legend = []}) =>
    legend.flatMap(({words, colour}, i) => {
      const other = legend.slice(0, i).find(one => one.colour === colour && one.words !== words);
      return other ? [`"${other.words}" and "${words}" of "${title}"`] : [];
    }),
  );
}

const console = ({errors}) => errors;

function trouble({seen}, {name, state}) {
  if (state !== 'failing') return [];
  return Object.entries(TROUBLE[name])
    .filter(([title, expected]) => {
      const panel = seen.find(one => one.title === title) ?? {};
      const {tiles = [], cells = [], runs = []} = panel;
      return expected === ALARM
        ? ![...tiles, ...cells, ...runs].some(isAlarm)
        : !expected.test(words(panel));
    })
    .map(([title, expected]) => `"${title}" doesn't show ${expected === ALARM ? 'any' : expected}`);
}

// The exporter has been down for more than two minutes: what was is history.
function healthy({seen, until: end}, {state}) {
  if (state !== 'down') return [];
  const isNow = at => at > (end - 60) * 1000;
  return seen.flatMap(({title, tiles = [], cells = [], runs = [], until}) => [
    ...[...tiles, ...cells].filter(isGreen).map(one => `"${one.words}" in "${title}" is green`),
    ...(runs.some(run => isNow(run.until) && isGreen(run))
      ? [`"${title}" is green up to now`]
      : []),
    ...(until && isNow(until) ? [`"${title}" goes on`] : []),
  ]);
}

export const CHECKS = {
  'no data': noData,
  cut: cut,
  'one colour': oneColour,
  console: console,
  'trouble unseen': trouble,
  'looks healthy': healthy,
};

// [{check, text}] of {seen, errors, until}
export function findings(drawn, about) {
  return Object.entries(CHECKS).flatMap(([check, find]) =>
    [...new Set(find(drawn, about))].map(text => ({check, text})),
  );
}
