// What the dashboards are drawn over: two simulated authorities, the daemon on them, and a
// Prometheus for each scrape interval. All is well at first, then much fails, then the daemon is
// gone. Sixteen minutes: at a scrape a minute a rate looks back over four.
import {createServer} from 'node:http';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {await_} from './programs.mjs';

export const INTERVALS = ['15s', '1m'];
const MINUTES = {healthy: 6, failing: 5, down: 5};
const source = new URL('../..', import.meta.url).pathname;
const here = join(source, 'scripts/draw');

// {prometheus: {interval: url}, since, states: {name: at}}: in seconds since the epoch.
export async function rehearse(programs, binary, say) {
  const kept = join(programs.folder, 'states.json');
  if (!existsSync(kept)) {
    const seen = await rehearsed(programs, binary, say);
    writeFileSync(kept, JSON.stringify(seen));
    for (const interval of INTERVALS) await programs.stop(`prometheus-${interval}`);
  }
  const prometheus = {};
  for (const interval of INTERVALS)
    prometheus[interval] = await startPrometheus(programs, interval, 'global: {}\n');
  return {...JSON.parse(readFileSync(kept)), prometheus};
}

async function rehearsed(programs, binary, say) {
  const authority = await simulate(programs, binary, 'global');
  const soc = await receiver();
  const daemon = await serve(programs, binary, {
    GLOBAL: authority,
    CHINA: await simulate(programs, binary, 'china'),
    SOC: soc.url,
  });
  const prometheus = {};
  for (const interval of INTERVALS)
    prometheus[interval] = await startPrometheus(
      programs,
      interval,
      configuration(programs.folder, interval, daemon),
    );
  await scraped(prometheus, 'tenantscope_tenant_up == 1');
  const since = now();
  const states = {};
  const state = async name => {
    say(`${name} for ${MINUTES[name]} minutes`);
    await pause(MINUTES[name] * 60_000);
    states[name] = now();
  };
  await state('healthy');
  soc.fail();
  await trouble(authority);
  await programs.stop('simulate-china');
  await state('failing');
  await programs.stop('tenantscope');
  await scraped(prometheus, 'up == 0');
  await state('down');
  soc.stop();
  return {since, states};
}

const now = () => Math.floor(Date.now() / 1000);

async function simulate(programs, binary, name) {
  const program = `simulate-${name}`;
  programs.start(
    program,
    binary,
    'simulate',
    `--scenario=${here}/authority.yaml`,
    '--listen-address=127.0.0.1:0',
  );
  return programs.address(program, /msg="listening".* url=(\S+)/);
}

async function serve(programs, binary, addresses) {
  const file = join(programs.folder, 'tenantscope.yaml');
  const text = readFileSync(join(here, 'tenantscope.yaml'), 'utf8');
  writeFileSync(
    file,
    Object.entries(addresses).reduce(
      (t, [name, url]) => t.replaceAll(`"${name}"`, `"${url}"`),
      text,
    ),
  );
  programs.start(
    'tenantscope',
    binary,
    'serve',
    `--config.file=${file}`,
    `--storage.path=${programs.folder}/data`,
    '--web.listen-address=127.0.0.1:0',
  );
  return programs.address('tenantscope', /msg="listening" address=([0-9.:]+)/);
}

// The shipped configuration and rules at another interval and address; nobody is alerted.
function configuration(folder, interval, daemon) {
  const shipped = join(source, 'dashboards/prometheus');
  for (const file of readdirSync(shipped))
    if (file.endsWith('.rules.yaml')) copyFileSync(join(shipped, file), join(folder, file));
  return readFileSync(join(shipped, 'prometheus.yaml'), 'utf8')
    .replace(/ +# Many thousands[^]*/, '')
    .replace(/alerting:[^]*?(?=\nscrape_configs)/, '')
    .replace('scrape_interval: 1m', `scrape_interval: ${interval}`)
    .replace('127.0.0.1:10944', daemon);
}

async function startPrometheus(programs, interval, text) {
  const name = `prometheus-${interval}`;
  const file = join(programs.folder, `${name}.yml`);
  writeFileSync(file, text);
  programs.start(
    name,
    'prometheus',
    `--config.file=${file}`,
    `--storage.tsdb.path=${programs.folder}/${name}`,
    '--web.listen-address=127.0.0.1:0',
  );
  await await_(`${name} to be ready`, () => programs.said(name).includes('Server is ready'));
  return 'http://' + (await programs.address(name, /Listening on" address=([0-9.:]+)/));
}

export async function ask(prometheus, path, parameters) {
  const answer = await fetch(`${prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const body = await answer.json();
  if (body.status !== 'success') throw new Error(`${body.error} in ${JSON.stringify(parameters)}`);
  return body.data;
}

async function scraped(prometheus, query) {
  for (const url of Object.values(prometheus))
    await await_(query, async () => (await ask(url, 'query', {query})).result.length > 0);
}

async function trouble(authority) {
  const changes = {
    'agency.onmicrosoft.us': {region_scope: 'USG'},
    'county.example': {fault: {kind: 'cut'}},
    'northwind.example': {fault: {kind: 'throttle', retry_after: '2s'}},
    'partner.example': {found: false},
    'portal.example': {fault: 'html'},
  };
  for (const [name, change] of Object.entries(changes)) {
    const answer = await fetch(`${authority}/control/tenants/${name}`, {
      method: 'PUT',
      body: JSON.stringify(change),
    });
    if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
  }
}

// Takes events until it is told to fail.
async function receiver() {
  let status = 204;
  const server = createServer((request, answer) =>
    request.resume().on('end', () => answer.writeHead(status).end()),
  );
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    fail: () => (status = 500),
    stop: () => (server.closeAllConnections(), server.close()),
  };
}
