// Whether any page obeys what others wrote: in labels, documents, failures, names and addresses.
import {inTab} from './tab.mjs';
import {foreign, kinds} from './foreign.mjs';
import {besiege} from './daemon.mjs';
import {harmless, PAYLOADS} from './payloads.mjs';
import {OTHERS, PAGES} from './pages.mjs';

const WIDTH = 1280;
const SEEN = 55; // of a text: what is longer may be cut

// Which of the texts each kind of place shows.
const SHOWN = {
  label: () => true,
  scope: () => true,
  collaboration: () => true,
  failure: number => number % 4 === 1, // of the errors' JSON, word by word
};

const everything = [...PAGES.filter(({hostile}) => hostile), {name: 'others', hostile: OTHERS}];
const asksForText = template => template.includes('{}');

// The addresses of a template, each with what stands for its place.
function addresses(template, texts) {
  if (template.includes('{n}'))
    return PAYLOADS.map((_, n) => ({address: template.replaceAll('{n}', n), text: n}));
  if (!asksForText(template)) return [{address: template, text: ''}];
  return texts.map(text => ({address: template.replaceAll('{}', encodeURIComponent(text)), text}));
}

// look(url, template) at the page and at those to which its "next" leads.
async function eachPart(tab, url, look) {
  for (let parts = 0; url && parts < 20; ++parts) {
    tab.forget();
    await tab.open(url);
    await look();
    url = await tab.see(() => document.querySelector('a[rel=next]')?.href ?? null);
  }
}

// What each address is made of where nobody is hostile, by its template.
async function learn(tab, base) {
  const known = new Map();
  const texts = ['', 'plain', harmless[0], 't1.example', '1'];
  for (const template of everything.flatMap(({hostile}) => hostile)) {
    const set = new Set();
    known.set(template, set);
    for (const {address} of addresses(template, texts))
      await eachPart(tab, base + address, async () =>
        (await kinds(tab)).forEach(kind => set.add(kind)),
      );
  }
  return known;
}

// What the texts had to be seen as that weren't: then nothing was tried there.
function unseen(page, text) {
  return (page.shows ?? []).flatMap(place =>
    PAYLOADS.filter((payload, i) => SHOWN[place](i) && !text.includes(payload.slice(0, SEEN)))
      .slice(0, 3)
      .map(payload => `${place} isn't shown: ${payload}`),
  );
}

async function besieged(tab, base, known, say) {
  const found = [];
  const tell = (where, texts) => texts.forEach(text => found.push(`${where}: ${text}`));
  for (const page of everything) {
    let visits = 0;
    let shown = '';
    for (const template of page.hostile)
      for (const {address, text} of addresses(template, PAYLOADS))
        await eachPart(tab, base + address, async () => {
          ++visits;
          tell(`${template} with ${text}`, await foreign(tab, known.get(template), base));
          if (!asksForText(template)) shown += await tab.see(() => document.body.textContent);
        });
    tell(page.name, unseen(page, shown));
    say(`${page.name}: ${visits} visits`);
  }
  return found;
}

// The findings. The policy that would keep a script from running is bypassed, as not every browser
// heeds it: no page may lean on it.
export async function attack({chromium, programs, binary, say}) {
  const peace = await besiege(programs, binary, 'harmless', harmless);
  const known = await inTab(chromium, {width: WIDTH}, tab => learn(tab, peace.base));
  peace.stop();
  const war = await besiege(programs, binary, 'hostile', PAYLOADS);
  const found = await inTab(chromium, {width: WIDTH, ignoreCsp: true}, tab =>
    besieged(tab, war.base, known, say),
  );
  war.stop();
  return found;
}
