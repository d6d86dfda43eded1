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
  'the feed is one': async (tab, base) => {
    await tab.open(`${base}/events.atom`);
    assert.match(await tab.contentType(), /xml/);
    assert.deepEqual(tab.console, []);
  },
};
