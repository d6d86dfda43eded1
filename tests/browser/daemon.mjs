// What the pages are shown of: the rehearsal as people run it, and a daemon to which everybody is
// hostile.
import {createServer} from 'node:http';
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {await_} from '../../scripts/draw/programs.mjs';

const source = new URL('../..', import.meta.url).pathname;

export async function serve(programs, binary, name, configuration, flags = []) {
  const file = join(programs.folder, `${name}.yaml`);
  writeFileSync(file, configuration);
  programs.start(
    name,
    binary,
    'serve',
    `--config.file=${file}`,
    `--storage.path=${programs.folder}/${name}`,
    '--web.listen-address=127.0.0.1:0',
    ...flags,
  );
  return 'http://' + (await programs.address(name, /msg="listening" address=([0-9.:]+)/));
}

export async function told(base, path) {
  const answer = await (await fetch(base + path)).json();
  if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
  return answer.data;
}

// Everybody was asked: `of` of them, some of whom fail.
export async function allAsked(base, of) {
  await await_('all tenants to be asked', async () => {
    const {tenants} = await told(base, '/api/v1/tenants');
    return tenants.length === of && tenants.every(({up}) => up !== null);
  });
}

// config/rehearsal.yaml. Its flip, the first change that is confirmed, has come.
export async function rehearse(programs, binary) {
  programs.start(
    'simulate',
    binary,
    'simulate',
    `--scenario=${source}/config/rehearsal-scenario.yaml`,
    '--listen-address=127.0.0.1:0',
  );
  const authority = await programs.address('simulate', /msg="listening".* url=(\S+)/);
  const configuration = readFileSync(join(source, 'config/rehearsal.yaml'), 'utf8');
  const base = await serve(
    programs,
    binary,
    'rehearsal',
    configuration.replaceAll('http://127.0.0.1:10945', authority),
  );
  await allAsked(base, 12);
  await await_('agency.example to flip', async () => {
    const {events} = await told(base, '/api/v1/events');
    return events.some(
      ({type, subject}) => type === 'tenantscope.tenant.changed.v1' && subject === 'agency.example',
    );
  });
  return base;
}

const LONGEST_SCOPE = 64; // that is taken

// As much of a document as is read; its scopes are `text`.
function document(name, text) {
  const hex = createHash('sha256').update(name).digest('hex');
  const id = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-8$4-$5');
  const login = `https://login.microsoftonline.com/${id}`;
  return {
    token_endpoint: `${login}/oauth2/v2.0/token`,
    issuer: `${login}/v2.0`,
    authorization_endpoint: `${login}/oauth2/v2.0/authorize`,
    tenant_region_scope: text.slice(0, LONGEST_SCOPE),
    tenant_region_sub_scope: text.slice(0, LONGEST_SCOPE),
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
}

// An authority that has one of `texts` in all it says: tN.example is found, fN.example fails with
// a page, an error or a redirect.
async function authority(texts) {
  const failures = [
    (answer, text) =>
      answer.writeHead(200, {'content-type': 'text/html'}).end(`<html><title>${text.replaceAll('<', '&lt;')}</title>`),
    (answer, text) =>
      answer
        .writeHead(400, {'content-type': 'application/json'})
        .end(JSON.stringify({error: text, error_codes: [1]})),
    (answer, text) => answer.writeHead(503, {'content-type': text.slice(0, 60)}).end(text),
    (answer, text) => answer.writeHead(302, {location: `https://evil.example/${text}`}).end(),
  ];
  const server = createServer((request, answer) => {
    const [, kind, number] = request.url.match(/^\/([tf])(\d+)\.example\//);
    const text = texts[Number(number)];
    if (kind === 'f') return failures[number % failures.length](answer, text);
    answer.writeHead(200, {'content-type': 'application/json'});
    answer.end(JSON.stringify(document(`t${number}`, text)));
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => (server.closeAllConnections(), server.close()),
  };
}

// JSON is YAML, but for the spaces that it may leave out.
const flow = value => JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
const listed = items => items.map(item => `  - ${flow(item)}\n`).join('');

// A daemon whose labels, documents, failures and collaborations are `texts`: {base, stop}.
export async function besiege(programs, binary, name, texts) {
  const {url, stop} = await authority(texts);
  const probe = {interval: '1h', timeout: '5s', confirm_interval: '1s'};
  const tenants = texts.flatMap((text, i) => [
    {name: `t${i}.example`, labels: {note: text}, expect: {region_scope: 'X'}},
    {name: `f${i}.example`},
  ]);
  const collaborations = texts.map((text, i) => ({
    name: text,
    hosts: [`t${i}.example`],
    guests: [`f${i}.example`, `t${(i + 1) % texts.length}.example`],
  }));
  const settings =
    `probe: ${flow(probe)}\n` +
    `clouds: ${flow({global: {authority: url, requests_per_second: 500}})}\n` +
    `tenants:\n${listed(tenants)}collaborations:\n${listed(collaborations)}`;
  const base = await serve(programs, binary, name, settings);
  await allAsked(base, tenants.length);
  await await_('what was found to be committed', async () => {
    const {events} = await told(base, '/api/v1/events?limit=1000');
    return new Set(events.map(({subject}) => subject)).size >= texts.length;
  });
  return {base, stop};
}
