// What people do on the pages: a story is a name and what is done in a tab, over the rehearsal.
import assert from 'node:assert/strict';

export const STORIES = {
  'who looks for a name finds those that have it': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.type('input[name=q]', 'contoso');
    await tab.enter();
    assert.equal(new URL(await tab.url()).searchParams.get('q'), 'contoso');
    const rows = await tab.see(() => document.querySelector('table').innerText);
    assert.match(rows, /contoso\.example/);
    assert.doesNotMatch(rows, /county\.example/);
  },
  'who follows a state sees those that have it': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.click('a[href*="state=not_supported"]');
    const rows = await tab.see(() => document.querySelector('table').innerText);
    assert.match(rows, /bureau\.example/);
    assert.doesNotMatch(rows, /contoso\.example/);
  },
  'who follows a tenant comes to its own address': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.click('table a', 'agency.example');
    assert.match(await tab.url(), /tenants\/agency\.example\?cloud=usgov$/);
  },
  'who looks for what happened to a tenant finds it, with its evidence': async (tab, base) => {
    await tab.open(`${base}/events?type=changed`);
    await tab.type('input[name=tenant]', 'agency.example@usgov');
    await tab.enter();
    assert.match(await tab.text(), /agency\.example@usgov: .*region scope USG -> USGov/);
    assert.doesNotMatch(await tab.text(), /contoso\.example/);
    await tab.press('tr:first-of-type summary');
    assert.match(await tab.text(), /SHA-256 of what was answered [0-9a-f]{64}/);
  },
  'who follows an event comes to its tenant': async (tab, base) => {
    await tab.open(`${base}/events?type=changed`);
    await tab.click('td a');
    assert.match(await tab.url(), /\/tenants\/[a-z]+\.example\?cloud=/);
  },
  'who sorts by a column sees its ends first': async (tab, base) => {
    const first = () => tab.see(() => document.querySelector('tbody tr').innerText);
    await tab.open(`${base}/`);
    await tab.click('thead a', 'Tenant'); // it is sorted by that already: the other way round
    assert.match(await tab.url(), /\?sort=-name$/);
    const last = await first();
    await tab.click('thead a', 'Tenant');
    assert.match(await first(), /^agency\.example/);
    assert.notEqual(await first(), last);
    await tab.click('thead a', 'Last change');
    const changes = await tab.see(() =>
      [...document.querySelectorAll('td[data-label="Last change"]')].map(
        one => one.querySelector('time')?.dateTime ?? '',
      ),
    );
    assert.ok(changes[0] > '', 'something has changed');
    assert.deepEqual(changes, [...changes].sort().reverse());
    assert.equal(await tab.see(() => document.querySelector('[aria-sort]').innerText), 'Last change ↑');
  },
  'who chooses an environment and a label sees those that have both': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.see(() => (document.querySelector('select[name=environment]').value = 'gcc_high'));
    await tab.click('form button');
    const chosen = await tab.see(() => [...document.querySelectorAll('tbody tr td:nth-of-type(1)')].map(one => one.innerText));
    assert.ok(chosen.length > 0 && chosen.every(environment => environment.includes('GCC High')), `${chosen}`);
  },
  'who opens a tenant sees its history, drawn and in words': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.click('table a', 'agency.example');
    const spans = await tab.see(() => document.querySelectorAll('svg rect').length);
    assert.ok(spans >= 2, `${spans} spans`);
    assert.match(await tab.see(() => document.querySelector('svg title').textContent), /not_supported for .*supported/s);
    assert.match(await tab.see(() => document.querySelector('#history ~ table').innerText), /region scope USG -> USGov/);
    assert.match(await tab.text(), /Seen so last .* ago/);
  },
  'who follows a cell of the matrix gets the answer, and text to paste': async (tab, base) => {
    await tab.open(`${base}/pairs`);
    await tab.click('.matrix td a');
    assert.match(await tab.url(), /\/explain\?host=/);
    assert.match(await tab.title(), / invites .*: (supported|conditional|not_supported|unknown) · tenantscope/);
    assert.match(await tab.see(() => document.querySelector('pre').innerText), /\|/);
  },
  'who asks whom a tenant can invite fills in the guest': async (tab, base) => {
    await tab.open(`${base}/tenants/agency.example?cloud=usgov`);
    await tab.click('a', 'Whom can it invite?');
    assert.equal(await tab.see(() => document.querySelector('#host').value), 'agency.example@usgov');
    await tab.type('#guest', 'contoso.example');
    await tab.enter();
    assert.match(await tab.text(), /agency\.example@usgov invites contoso\.example/);
  },
  'who asks about a tenant that nobody watches may ask now': async (tab, base) => {
    await tab.open(`${base}/explain?host=agency.example%40usgov&guest=stranger.example`);
    assert.match(await tab.text(), /isn't (configured|watched)/);
    await tab.click('a', 'Ask now');
    assert.match(await tab.url(), /ask=now/);
    assert.match(await tab.text(), /invites stranger\.example/);
  },
  'who mistypes a name is led to the one that was meant': async (tab, base) => {
    await tab.open(`${base}/tenants/agenzy.example`);
    await tab.click('main li a');
    assert.match(await tab.url(), /tenants\/agency\.example\?cloud=usgov$/);
  },
  'the feed is one, and is where the pages say': async (tab, base) => {
    await tab.open(`${base}/events`);
    const feed = await tab.see(() => document.querySelector('link[type="application/atom+xml"]').href);
    await tab.click('form a', 'These as a feed');
    assert.equal(await tab.url(), feed);
    const answer = await fetch(feed);
    assert.match(answer.headers.get('content-type'), /^application\/atom\+xml/);
    assert.match(await answer.text(), /<entry>.*agency\.example/s);
    assert.deepEqual(tab.console, []);
  },
  'nothing is loaded again unless it is asked for': async (tab, base) => {
    await tab.open(`${base}/`);
    const refresh = () => tab.see(() => document.querySelector('meta[http-equiv=refresh]')?.content ?? null);
    assert.equal(await refresh(), null);
    await tab.click('form a', 'Reload each 30 s');
    assert.equal(await refresh(), '30');
    await tab.click('form a', "Don't reload");
    assert.equal(await refresh(), null);
  },
  'who prints gets the tables without what only a screen needs': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.ask('Emulation.setEmulatedMedia', {media: 'print'});
    const shown = selector => tab.see(selector => document.querySelector(selector).getClientRects().length > 0, selector);
    assert.equal(await shown('table'), true);
    assert.equal(await shown('form'), false);
    assert.equal(await shown('header nav'), false);
  },
  'who has only a keyboard comes to the content, and to the first tenant': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.tab();
    assert.equal(await tab.see(() => document.activeElement.innerText), 'Skip to the content');
    const reached = async () => (await tab.see(() => document.activeElement.closest('tbody')?.localName ?? '')) !== '';
    for (let steps = 0; steps < 120 && !(await reached()); ++steps) await tab.tab();
    await tab.enter();
    assert.match(await tab.url(), /\/tenants\//);
  },
  'twenty-five tenants fit one screen': async (tab, base) => {
    await tab.open(`${base}/`);
    const {top, heights} = await tab.see(() => {
      const rows = [...document.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect());
      return {top: rows[0].top, heights: rows.map(row => row.height).sort((a, b) => a - b)};
    });
    const most = heights[Math.floor(heights.length * 0.75)]; // of three rows in four
    assert.ok(top + 25 * most <= 900, `rows of ${heights} px from ${top} px on`);
  },
};
