// Serves the page that shows a dashboard, Grafana's icons, Debian's Inter where Grafana has its
// own, and each Prometheus.
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {readFile} from 'node:fs/promises';
import {extname, join} from 'node:path';

const here = new URL('.', import.meta.url).pathname;
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
};
const NO_ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>'; // some aren't in the packages
const PAGE = `<!doctype html><html><head><title>tenantscope</title><link rel="icon" href="data:,">
  <script>
    window.__grafana_public_path__ = '/public/';
    window.grafanaBootData = {settings: {}, user: {}, navTree: []};
  </script>
  <link rel="stylesheet" href="/page.css"></head>
  <body><div id="page"></div><script src="/page.js"></script></body></html>`;

// packages: the folder of node_modules; everything in two files of `folder`
async function bundle(packages, folder) {
  const {build} = createRequire(join(packages, 'x'))('esbuild');
  await build({
    entryPoints: [join(here, 'page/page.jsx')],
    outdir: folder,
    bundle: true,
    format: 'iife',
    nodePaths: [packages],
    logLevel: 'error',
    jsx: 'transform',
    define: {'process.env.NODE_ENV': '"production"', global: 'window'},
    loader: {'.svg': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl'},
    mainFields: ['module', 'browser', 'main'],
  });
}

export async function startSite({packages, tools, folder, prometheus}) {
  await bundle(packages, folder);
  const files = {
    '/public/fonts/inter/': join(tools, 'usr/share/fonts/opentype/inter'),
    '/public/build/': join(packages, '@grafana/ui/dist/public'),
    '/': folder,
  };
  const server = createServer(async (request, answer) => {
    try {
      const [, interval] = request.url.match(/^\/prometheus\/(\w+)\//) ?? [];
      const {type, body} = interval
        ? await passedOn(prometheus[interval], request.url)
        : await found(request.url, files);
      answer.writeHead(200, {'content-type': type}).end(body);
    } catch (error) {
      answer.writeHead(404).end(String(error));
    }
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => (server.closeAllConnections(), server.close()),
  };
}

async function passedOn(url, path) {
  const answer = await fetch(url + path.replace(/^\/prometheus\/\w+/, ''));
  return {type: 'application/json', body: Buffer.from(await answer.arrayBuffer())};
}

async function found(path, files) {
  if (path === '/') return {type: TYPES['.html'], body: PAGE};
  if (path.startsWith('/public/build/img/icons/'))
    return {
      type: TYPES['.svg'],
      body: await readFile(
        join(files['/public/build/'], path.slice('/public/build/'.length)),
      ).catch(() => NO_ICON),
    };
  const [prefix, folder] = Object.entries(files).find(([start]) => path.startsWith(start));
  const file = join(
    folder,
    join('/', path.slice(prefix.length).split('?')[0]).replace(/\.woff2$/, '.otf'),
  );
  return {type: TYPES[extname(file)] ?? 'application/octet-stream', body: await readFile(file)};
}
