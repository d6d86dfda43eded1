// node main.mjs PART BINARY PACKAGES TOOLS LIBRARIES [--only=PATTERN] [--pictures=FOLDER];
// scripts/look-at-pages and scripts/pictures call it. Exits 1 where something was found.
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {startChromium} from '../../scripts/draw/chromium.mjs';
import {Programs, removeFolder} from '../../scripts/draw/programs.mjs';
import {rehearse} from './daemon.mjs';
import {plant} from './faults.mjs';
import {attack} from './hostile.mjs';
import {findings} from './looks.mjs';
import {PAGES} from './pages.mjs';
import {STORIES} from './stories.mjs';
import {DARK, inTab, LIGHT} from './tab.mjs';

const TALLEST = 900; // px of a picture: a screen

const {values: options, positionals} = parseArgs({
  allowPositionals: true,
  options: {only: {type: 'string', default: ''}, pictures: {type: 'string'}},
});
const [part, binary, packages, tools, libraries] = positionals;
const say = text => console.log(`${part}: ${text}`);
const chosen = what => what.match(options.only);

const PARTS = {
  // Each page by each look, in light and dark, at two widths.
  looks: async ({chromium, programs, axe}) => {
    const base = await rehearse(programs, binary);
    const followed = new Map();
    const found = [];
    for (const {name, path, status = 200} of PAGES)
      for (const width of [1280, 390])
        for (const scheme of [LIGHT, DARK]) {
          const what = `${name}, ${scheme}, ${width} px`;
          if (!chosen(what)) continue;
          const here = await inTab(chromium, {width, scheme}, async tab => {
            await tab.open(base + path);
            return await findings(tab, {base, axe, followed, status});
          });
          say(`${what}: ${here.length === 0 ? 'well' : 'not well'}`);
          found.push(...here.map(({look, text}) => `${what}: ${look}: ${text}`));
        }
    return found;
  },

  stories: async ({chromium, programs}) => {
    const base = await rehearse(programs, binary);
    const found = [];
    for (const [name, story] of Object.entries(STORIES)) {
      if (!chosen(name)) continue;
      try {
        await inTab(chromium, {width: 1280}, tab => story(tab, base));
        say(`${name}: well`);
      } catch (error) {
        found.push(`${name}: ${error.message}`);
      }
    }
    return found;
  },

  hostile: ({chromium, programs}) => attack({chromium, programs, binary, say}),

  // That the looks find what is broken on purpose.
  faults: ({chromium, axe}) => plant({chromium, axe}),

  pictures: async ({chromium, programs}) => {
    const base = await rehearse(programs, binary);
    for (const {name, path, pictures = []} of PAGES)
      for (const {width, scheme, suffix} of pictures) {
        const file = join(options.pictures, `page-${name}${suffix}.webp`);
        if (!chosen(file)) continue;
        const picture = await inTab(chromium, {width, scheme}, async tab => {
          await tab.open(base + path);
          return await tab.picture(width, TALLEST);
        });
        writeFileSync(file, picture);
        say(`${file}: ${Math.ceil(picture.length / 1024)} KiB`);
      }
    return [];
  },
};

const folder = mkdtempSync(join(tmpdir(), 'browser-'));
const programs = new Programs(folder);
const axe = readFileSync(join(packages, 'axe-core/axe.min.js'), 'utf8');
const chromium = startChromium({tools, libraries, folder});
try {
  const found = await PARTS[part]({chromium, programs, axe});
  found.forEach(text => console.log(`${part}: FOUND ${text}`));
  say(`${found.length} findings`);
  process.exitCode = found.length > 0 ? 1 : 0;
} finally {
  await chromium.stop();
  await programs.stopAll();
  await removeFolder(folder);
}
