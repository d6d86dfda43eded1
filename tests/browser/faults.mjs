// Pages that are broken on purpose, and the look that has to find it.
import {createServer} from 'node:http';
import {inTab, LIGHT} from './tab.mjs';
import {foreign, kinds} from './foreign.mjs';
import {findings} from './looks.mjs';
import {PAYLOADS} from './payloads.mjs';

const page = (body, title = 'tenantscope') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
  <body><main><h1>x</h1>${body}</main></body></html>`;

const BROKEN = [
  {look: 'accessibility', html: page('<p style="color: #bbb; background: #fff">pale</p>')},
  {look: 'accessibility', html: page('<input name="q">')},
  {look: 'console', html: page('<script>console.log("x")</script>')},
  {look: 'console', html: page('<script>null.x</script>')},
  {look: 'script', html: page('<script type="application/json">{}</script>')},
  {look: 'script', html: page('<p onclick="x()">x</p>')},
  {look: 'sideways', html: page('<div style="width: 600px">wide</div>'), width: 390},
  {look: 'name', html: page('x', 'untitled')},
  {look: 'name', html: page('<h1>two</h1>')},
  {look: 'link', html: page('<a href="gone">dead</a>')},
  {look: 'link', html: page('<a href="/sound">not relative</a>')},
  {look: 'link', html: page('<a href="https://evil.example/">leads away</a>')},
];

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

// Ways to paste a text into a page, and whether one of the payloads has to get through.
const PASTED = {
  'as text, escaped': {paste: text => `<p>${escaped(text)}</p>`, through: false},
  'into an attribute, escaped': {
    paste: text => `<p title="${escaped(text).replaceAll('"', '&quot;')}">x</p>`,
    through: false,
  },
  'as it is': {paste: text => `<p>${text}</p>`, through: true},
  'into an attribute, quotes not escaped': {
    paste: text => `<p title="${escaped(text)}">x</p>`,
    through: true,
  },
  'as an address': {
    paste: text => `<a href="${escaped(text).replaceAll('"', '&quot;')}">x</a>`,
    through: true,
  },
  'into a comment': {paste: text => `<!-- ${text} -->`, through: true},
};

async function serve(answers) {
  const server = createServer((request, answer) => {
    const {pathname, searchParams} = new URL(request.url, 'http://localhost');
    const html = answers(pathname, searchParams);
    answer.writeHead(html ? 200 : 404, {'content-type': 'text/html; charset=utf-8'});
    answer.end(html ?? 'none');
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    stop: () => (server.closeAllConnections(), server.close()),
  };
}

async function overlooked(chromium, base, axe) {
  const missed = [];
  for (const [number, {look, html, width = 1280}] of BROKEN.entries()) {
    const found = await inTab(chromium, {width, scheme: LIGHT}, async tab => {
      await tab.open(`${base}/broken/${number}`);
      return await findings(tab, {base, axe, followed: new Map()});
    });
    const looks = [...new Set(found.map(one => one.look))].join(' ');
    if (!looks.split(' ').includes(look)) missed.push(`${look} finds nothing in ${html}`);
  }
  const sound = await inTab(chromium, {width: 390}, async tab => {
    await tab.open(`${base}/sound`);
    return await findings(tab, {base, axe, followed: new Map()});
  });
  return [...missed, ...sound.map(({look, text}) => `a sound page: ${look}: ${text}`)];
}

// Each payload has a tab of its own: one that gets through may ask for ever to be seen.
async function letThrough(chromium, base) {
  const missed = [];
  for (const [way, {through}] of Object.entries(PASTED)) {
    const address = text => `${base}/paste?${new URLSearchParams({way, text})}`;
    const seen = (text, look) =>
      inTab(chromium, {width: 1280}, async tab => (await tab.open(address(text)), await look(tab)));
    const known = new Set(await seen('plain text', kinds));
    let found = 0;
    for (const text of PAYLOADS)
      found += (await seen(text, tab => foreign(tab, known, base))).length > 0;
    if (found > 0 !== through) missed.push(`pasted ${way}: ${found} payloads are found`);
  }
  return missed;
}

// What the looks, and what looks for foreign elements, have missed.
export async function plant({chromium, axe}) {
  const {base, stop} = await serve((path, parameters) => {
    if (path === '/sound') return page('<p>Sound. <a href="sound">Again</a></p>');
    if (path === '/paste') return page(PASTED[parameters.get('way')].paste(parameters.get('text')));
    return BROKEN[path.match(/^\/broken\/(\d+)$/)?.[1]]?.html;
  });
  const missed = [...(await overlooked(chromium, base, axe)), ...(await letThrough(chromium, base))];
  stop();
  return missed;
}
