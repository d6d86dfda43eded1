// node main.mjs BINARY PACKAGES TOOLS LIBRARIES [--broken] [--keep=FOLDER] [--pictures=FOLDER];
// scripts/draw-dashboards calls it.
import {mkdirSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {startChromium} from './chromium.mjs';
import {Programs, removeFolder} from './programs.mjs';
import {INTERVALS, rehearse} from './rehearsal.mjs';
import {startSite} from './site.mjs';
import {CHECKS, findings} from './checks.mjs';
import {BROKEN} from './broken.mjs';

const WIDTH = 1600;
const PICTURE = {format: 'webp', quality: 80};
const NAMES = ['overview', 'tenant', 'collaborations', 'exporter'];
const VALUES = {tenant: 'agency.onmicrosoft.us', asked: 'usgov'};
const source = new URL('../..', import.meta.url).pathname;

const say = text => console.log(`draw: ${text}`);
const dashboardOf = name =>
  JSON.parse(readFileSync(join(source, `dashboards/grafana/tenantscope-${name}.json`)));

const {values: options, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    broken: {type: 'boolean'},
    keep: {type: 'string'},
    pictures: {type: 'string'},
    only: {type: 'string'},
  },
});
const [binary, packages, tools, libraries] = positionals;
const temporary = mkdtempSync(join(tmpdir(), 'draw-'));
const folder = options.keep ?? temporary;
mkdirSync(folder, {recursive: true});
const programs = new Programs(folder);
const parts = [];
let failed = false;

try {
  const rehearsal = await rehearse(programs, binary, say);
  const site = await startSite({
    packages,
    tools,
    folder: temporary,
    prometheus: rehearsal.prometheus,
  });
  parts.push(site);
  const chromium = startChromium({tools, libraries, folder: temporary});
  parts.push(chromium);
  const drawer = {chromium, site, rehearsal};
  failed = options.broken ? await drawBroken(drawer) : await drawAll(drawer);
} finally {
  for (const part of parts) await part.stop();
  await programs.stopAll();
  await removeFolder(temporary);
}
process.exitCode = failed ? 1 : 0;

async function drawAll(drawer) {
  let count = 0;
  for (const interval of INTERVALS)
    for (const state of Object.keys(drawer.rehearsal.states))
      for (const name of NAMES) {
        const what = `${name}, ${state}, scraped every ${interval}`;
        if (options.only && !what.match(options.only)) continue;
        const drawn = await draw(drawer, dashboardOf(name), {state, interval});
        if (options.pictures)
          writeFileSync(
            join(options.pictures, `${name}-${state}-${interval}.webp`),
            drawn.picture,
          );
        const found = findings(drawn, {name, state});
        say(`${what}: ${found.length === 0 ? 'well' : ''}`);
        found.forEach(({check, text}) => console.log(`  ${check}: ${text}`));
        count += found.length;
      }
  say(`${count} findings by ${Object.keys(CHECKS).length} checks`);
  return count > 0;
}

async function drawBroken(drawer) {
  let missed = 0;
  for (const {check, name, state, interval, what, breaks} of BROKEN) {
    if (options.only && !what.match(options.only)) continue;
    const dashboard = dashboardOf(name);
    breaks(dashboard);
    const found = findings(await draw(drawer, dashboard, {state, interval}), {name, state}).filter(
      one => one.check === check,
    );
    say(
      `${what}: ${found.length ? 'found' : 'NOT found'} by "${check}"` +
        (found.length ? `: ${found[0].text}` : ''),
    );
    missed += found.length === 0;
  }
  return missed > 0;
}

// {seen, errors, picture} of a dashboard as it was in that state
function draw({chromium, site, rehearsal}, dashboard, {state, interval}) {
  const until = rehearsal.states[state];
  const given = {
    dashboard,
    interval,
    prometheus: `${site.url}/prometheus/${interval}`,
    since: rehearsal.since,
    until,
    values: VALUES,
  };
  return chromium.withPage(WIDTH, 1200, async ({ask, evaluate, errors}) => {
    await ask('Page.addScriptToEvaluateOnNewDocument', {source: `(${clockAt})(${until * 1000})`});
    const loaded = ask('Page.navigate', {url: site.url});
    await loaded;
    await evaluate(
      `new Promise(ready =>
        document.readyState === 'complete' ? ready() : addEventListener('load', () => ready()))`,
    );
    const {seen, height} = await evaluate(`window.show(${JSON.stringify(given)})`);
    await ask('Emulation.setDeviceMetricsOverride', {
      width: WIDTH,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    const {data} = await ask('Page.captureScreenshot', {
      ...PICTURE,
      captureBeyondViewport: true,
      clip: {x: 0, y: 0, width: WIDTH, height, scale: 1},
    });
    return {seen, errors, until, picture: Buffer.from(data, 'base64')};
  });
}

// In the page it is the time of the drawing: ages are those that a reader saw.
function clockAt(time) {
  const RealDate = Date;
  const shift = time - RealDate.now();
  window.Date = class extends RealDate {
    constructor(...given) {
      given.length ? super(...given) : super(RealDate.now() + shift);
    }
    static now() {
      return RealDate.now() + shift;
    }
  };
}
