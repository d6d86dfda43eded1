// What is looked at on each page, in light and dark, at a screen's and a telephone's width.

const POLITE = ['learn.microsoft.com', 'github.com']; // whose pages ours may lead to

async function accessibility(tab, {axe}) {
  await tab.run(axe);
  const violations = await tab.run(
    `axe.run(document, {preload: false, resultTypes: ['violations']}).then(({violations}) =>
      violations.map(({id, nodes}) => ({id, at: nodes.map(({target}) => target.join(' '))})))`,
  );
  return violations.map(({id, at}) => `${id}: ${at.length} times, first at ${at[0]}`);
}

// Of a page that isn't there the browser says so itself.
const quiet = async (tab, {spoken, status}) =>
  status === 200 ? spoken : spoken.filter(text => !text.includes(`status of ${status}`));

async function scriptless(tab) {
  return await tab.see(() => [
    ...[...document.scripts].map(one => `a script: ${one.outerHTML.slice(0, 80)}`),
    ...[...document.querySelectorAll('*')].flatMap(one =>
      one
        .getAttributeNames()
        .filter(name => name.startsWith('on'))
        .map(name => `${name} of a ${one.localName}`),
    ),
  ]);
}

async function sideways(tab) {
  const {wide, screen} = await tab.see(() => ({
    wide: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  return wide > screen ? [`${wide} px wide on a screen of ${screen} px`] : [];
}

async function named(tab) {
  const {title, lang, headings} = await tab.see(() => ({
    title: document.title,
    lang: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
  }));
  return [
    ...(title.includes('tenantscope') ? [] : [`its title is "${title}"`]),
    ...(lang ? [] : ['it has no language']),
    ...(headings === 1 ? [] : [`it has ${headings} first headings`]),
  ];
}

// Every link of ours is followed, and has to be relative, so that it works behind any prefix.
async function links(tab, {base, followed}) {
  const here = (await tab.url()).replace(/#.*/, '');
  const found = await tab.see(() =>
    [...document.querySelectorAll('[href], form[action]')].map(one => ({
      written: one.getAttribute('href') ?? one.getAttribute('action'),
      url: new URL(one.getAttribute('href') ?? one.getAttribute('action'), location.href).href,
    })),
  );
  const wrong = [];
  for (const {written, url} of found) {
    const {protocol, host, origin} = new URL(url);
    if (protocol === 'data:') continue;
    if (origin !== base) {
      if (protocol !== 'https:' || !POLITE.includes(host)) wrong.push(`leads to ${url}`);
      continue;
    }
    if (written.startsWith('/') || written.startsWith('http')) wrong.push(`"${written}" isn't relative`);
    const target = url.replace(/#.*/, '');
    if (target === here) continue;
    if (!followed.has(target)) followed.set(target, fetch(target).then(({status}) => status));
    const status = await followed.get(target);
    if (status >= 400) wrong.push(`"${written}" is answered with ${status}`);
  }
  return wrong;
}

// `quiet` is first: what the others do to the page isn't the page's.
export const LOOKS = {
  console: quiet,
  script: scriptless,
  sideways,
  name: named,
  link: links,
  accessibility,
};

// [{look, text}] of a page that is open. followed: a Map of the links that were followed; status:
// what the page is answered with.
export async function findings(tab, {base, axe, followed, status = 200}) {
  const given = {base, axe, followed, status, spoken: [...tab.console]};
  const found = [];
  for (const [look, find] of Object.entries(LOOKS))
    for (const text of new Set(await find(tab, given))) found.push({look, text});
  return found;
}
